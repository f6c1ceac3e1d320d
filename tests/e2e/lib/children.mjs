// SPDX-License-Identifier: Apache-2.0
// Programs a test file starts: none outlives it, also after a failure, a time limit or a signal; and what a failed file
// leaves to read is printed at its end. The browsers' own libraries end the browsers in the same way.
const children = new Set();
const remains = new Set();

// Keeps a child process until it ends by itself.
export function keep(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

// `tell` gives the text that explains a failure, such as the end of a log.
export function tellOnFailure(tell) {
  remains.add(tell);
}

process.on('exit', (code) => {
  for (const child of children) child.kill('SIGKILL');
  if (code !== 0 || process.exitCode) for (const tell of remains) process.stderr.write(`${tell()}\n`);
});
for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]]) process.once(signal, () => process.exit(128 + number));
