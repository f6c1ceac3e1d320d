// SPDX-License-Identifier: Apache-2.0
// Kills the server at random instants (node kills.mjs [TIMES [SEED]]) while classes are made, moved, ended and their links withdrawn:
// whatever was acknowledged is there after the restart, whatever was withdrawn stays so, and nobody repairs anything by hand.
import { Server, sleep } from '../e2e/lib/server.mjs';
import { chance } from '../e2e/lib/chance.mjs';

const times = Number(process.argv[2] ?? 20);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const random = chance(seed);

const server = await Server.start();
const acked = new Map(); // id → { title, state, tokens }
const problems = [];

async function work(until) {
  while (Date.now() < until()) {
    try {
      const title = `Séance ${Math.floor(random() * 1e9)}`;
      const made = await server.createClass({ title });
      acked.set(made.id, { title, state: 'open', tokens: made.tokens });
      const next = random();
      if (next < 0.3) {
        const { status, body } = await server.admin('PATCH', `/classes/${made.id}`, { revoke: 'learner' });
        if (status === 200) Object.assign(acked.get(made.id), { withdrawn: made.tokens.learner, tokens: body.tokens ?? { ...made.tokens, learner: null } });
      } else if (next < 0.5) {
        const { status } = await server.admin('POST', `/classes/${made.id}/end`);
        if (status === 200) acked.get(made.id).state = 'ended';
        else acked.delete(made.id);
      }
    } catch {
      return; // killed in the middle: this one was not acknowledged, or half of it was and the rest is free to be either
    }
  }
}

const link = async (token) => (await fetch(`${server.url}/api/v1/link`, { headers: { Authorization: `Bearer ${token}` } })).status;

for (let i = 0; i < times; i++) {
  const at = Date.now() + 50 + random() * 400;
  const workers = [1, 2, 3].map(() => work(() => at + 1000));
  await sleep(at - Date.now());
  await server.signal('SIGKILL');
  await Promise.all(workers);
  await server.launch();
  for (const [id, known] of acked) {
    const { status, body } = await server.admin('GET', `/classes/${id}`);
    if (status !== 200) problems.push(`kill ${i}: class ${id} answers ${status}`);
    else if (body.title !== known.title) problems.push(`kill ${i}: class ${id} has another title`);
    else if (known.state === 'ended' && body.state !== 'ended') problems.push(`kill ${i}: class ${id} is ${body.state} again`);
    if (known.withdrawn && await link(known.withdrawn) === 200) problems.push(`kill ${i}: a withdrawn link works again`);
    if (known.state === 'open' && known.tokens.trainer && await link(known.tokens.trainer) !== 200) problems.push(`kill ${i}: the trainer's link of ${id} is refused`);
  }
  if (problems.length > 0) break;
  for (const id of [...acked.keys()].slice(0, -60)) acked.delete(id); // the limits of loaded classes and of wrong links stay far
}
const end = await server.stop();
if (end.code !== 0) problems.push(`SIGTERM ended with ${JSON.stringify(end)}`);
console.log(JSON.stringify({ kills: times, seed, pass: problems.length === 0, problems: problems.slice(0, 10) }));
process.exit(problems.length === 0 ? 0 : 1);
