// SPDX-License-Identifier: Apache-2.0
// Who may include whom. The table is the drawing of README.md ("The map"); nothing else may be included.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

// First match wins. `ours`: prefixes that may be included besides the file's own folder.
const LAYERS = [
  { at: 'sfu/base/', ours: [], pure: true },
  { at: 'sfu/wire/', ours: ['sfu/base/'], pure: true },
  { at: 'sfu/core/', ours: ['sfu/base/', 'sfu/wire/', 'sfu/sfu.h'], pure: true },
  { at: 'sfu/adapt/', ours: ['sfu/base/', 'sfu/wire/'] },
  { at: 'sfu/io/', ours: ['sfu/'] },
  { at: 'sfu/sfu.h', ours: ['sfu/base/'], pure: true },
  // Messages in, messages and commands out: the structs of both doors, none of their code.
  { at: 'signaling/classroom/', ours: ['sfu/base/', 'sfu/sfu.h', 'signaling/msg.h', 'signaling/note.h'], pure: true },
  { at: 'signaling/attendance/', ours: ['sfu/base/'], pure: true },
  { at: 'signaling/main.c', ours: ['sfu/sfu.h', 'sfu/base/', 'sfu/adapt/rand.h', 'sfu/adapt/versions.h', 'signaling/'] },
  // Keys, tickets and ids need entropy, and there is one door to it.
  { at: 'signaling/', ours: ['sfu/sfu.h', 'sfu/base/', 'sfu/adapt/rand.h', 'signaling/'] },
  { at: 'client/load/', ours: ['sfu/base/', 'sfu/wire/'] },
  // A receiver like any other: it knows the door and the packets, not who decides about them.
  { at: 'recordings/', ours: ['sfu/sfu.h', 'sfu/base/', 'sfu/wire/'] },
  { at: 'tests/', ours: ['sfu/', 'signaling/', 'client/load/', 'recordings/', 'tests/'] },
];

// The C headers a pure layer may include: nothing that reads a clock, a file, a socket or chance.
const PURE_STANDARD = new Set(['assert.h', 'inttypes.h', 'limits.h', 'stdalign.h', 'stdarg.h', 'stdatomic.h', 'stdbool.h', 'stddef.h',
  'stdint.h', 'stdio.h', 'string.h']);
// mem.c is the one place that allocates; qsort and bsearch need the same header.
const PURE_EXCEPTIONS = { 'sfu/base/mem.c': ['stdlib.h'], 'signaling/attendance/order.c': ['stdlib.h'] };

// A library is known to few files: where each may be included.
const LIBRARIES = [
  { header: /^libwebsockets\.h$/, in: /^(signaling\/http\/|client\/load\/)/ },
  { header: /^jansson\.h$/, in: /^(signaling\/(json(_write)?|api\/(body_(read|write)|people_body|event_view|record_view|words))\.c|recordings\/manifest_json\.c|client\/load\/|tests\/)/ },
  { header: /^(opus|vpx)\//, in: /^(client\/load|tests)\// },
  { header: /^sqlite3\.h$/, in: /^(signaling\/store\/|tests\/signaling\/store\/)/ },
  { header: /^gcrypt\.h$/, in: /^(sfu\/adapt\/gcm\.c|tests\/)/ },
  { header: /^srtp2\//, in: /^(sfu\/adapt\/|client\/load\/|tests\/)/ },
  { header: /^(stun|nice)\//, in: /^(sfu\/adapt\/|client\/load\/|tests\/)/ },
  { header: /^openssl\//, in: /^(sfu\/adapt\/|signaling\/|client\/load\/|tests\/)/ },
  { header: /^(glib|gio)(\.h|\/)/, in: /^(signaling\/|client\/load\/)/ },
  { header: /^gst\//, in: /^recordings\/pipeline\.c$/ },
  { header: /^cmocka\.h$/, in: /^tests\// },
];

const SYSTEM = /^(arpa|linux|net|netinet|sys)\/|^[a-z0-9_]+\.h$/;
const isLibrary = (header) => LIBRARIES.some((l) => l.header.test(header));

const problems = [];
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', '*.c', '*.h'], { encoding: 'utf8' })
  .split('\n').filter((f) => f !== '' && existsSync(f));

for (const file of files) {
  const layer = LAYERS.find((l) => file.startsWith(l.at));
  if (!layer) {
    problems.push(`${file}: stands in no layer of the drawing`);
    continue;
  }
  readFileSync(file, 'utf8').split('\n').forEach((line, i) => {
    const where = `${file}:${i + 1}`;
    const ours = line.match(/^\s*#\s*include\s+"([^"]+)"/)?.[1];
    const outside = line.match(/^\s*#\s*include\s+<([^>]+)>/)?.[1];
    if (ours) checkOurs(where, file, layer, ours);
    if (outside) checkOutside(where, file, layer, outside);
  });
}

function checkOurs(where, file, layer, ours) {
  if (!existsSync(ours)) {
    // A test finds its helpers beside it, or in the folder of the tests it shares them with.
    const helper = file.startsWith('tests/') && files.some((f) => f.startsWith('tests/') && f.endsWith(`/${path.basename(ours)}`));
    if (!helper) problems.push(`${where}: "${ours}" is not a path from the root`);
    return;
  }
  const allowed = ours.startsWith(layer.at) || layer.ours.some((p) => ours.startsWith(p));
  if (!allowed) problems.push(`${where}: ${layer.at} may not know ${ours}`);
}

function checkOutside(where, file, layer, header) {
  if (layer.pure && !PURE_STANDARD.has(header) && !PURE_EXCEPTIONS[file]?.includes(header)) {
    problems.push(`${where}: a pure layer may not include <${header}>`);
    return;
  }
  if (!isLibrary(header) && SYSTEM.test(header)) return;
  if (file.endsWith('.h') && file !== 'tests/testing.h') problems.push(`${where}: library header <${header}> in a header`);
  const rule = LIBRARIES.find((l) => l.header.test(header));
  if (!rule) problems.push(`${where}: <${header}> is no library of this project`);
  else if (!rule.in.test(file)) problems.push(`${where}: <${header}> is not for this file`);
}

for (const p of problems) console.log(p);
process.exit(problems.length ? 1 : 0);
