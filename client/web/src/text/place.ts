// SPDX-License-Identifier: Apache-2.0
// The name of a place as it stands after "En salle": a place that is called "Salle B12" does not say it twice.
export const placeText = (name: string): string => name.replace(/^(salle|room)\s+/i, '');
