// SPDX-License-Identifier: Apache-2.0
// Where the focus goes when the view changes: to the heading or part named by id, without a hash in the address
// (the hash holds the link's token).

export const focusOn = (id: string): void => {
  const element = document.getElementById(id);
  element?.focus();
  element?.scrollIntoView({ block: 'nearest' });
};
