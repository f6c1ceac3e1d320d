// SPDX-License-Identifier: Apache-2.0
// A ministry leaves through one address: many true joins at once enter, while a storm of false ones is slowed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Link, ticket } from './lib/link.mjs';
import { Server, sleep } from './lib/server.mjs';

const PEOPLE = 130;
const FALSE_JOINS = 1000;
const WITHIN_MS = 10_000;

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

test('130 valid joins in 10 s from one address all enter while 1,000 false ones are slowed', { timeout: 120_000 }, async () => {
  const { tokens } = await server.createClass();
  const statuses = new Map();
  let firstRetry = null;
  const storm = (async () => {
    for (let i = 0; i < FALSE_JOINS; i += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, k) => ticket(server.url, `${tokens.learner.slice(0, -4)}x${i + k}`, { name: 'Personne' })));
      for (const a of answers) {
        statuses.set(a.status, (statuses.get(a.status) ?? 0) + 1);
        if (a.status === 429) firstRetry ??= a.retryAfter;
      }
      await sleep(100);
    }
  })();
  const began = Date.now();
  const links = await Promise.all(Array.from({ length: PEOPLE }, async (_, i) => {
    await sleep((i * (WITHIN_MS - 2000)) / PEOPLE);
    return Link.join(server.url, tokens.learner, `Personne ${String(i).padStart(3, '0')}`);
  }));
  const took = Date.now() - began;
  await storm;
  assert.equal(links.length, PEOPLE);
  assert.equal(new Set(links.map((l) => l.person)).size, PEOPLE, 'each is a person of their own');
  assert.ok(took <= WITHIN_MS, `the last one was in after ${took} ms`);
  const told = statuses.get(401) ?? 0;
  const slowed = statuses.get(429) ?? 0;
  assert.equal(told + slowed, FALSE_JOINS, JSON.stringify([...statuses]));
  assert.ok(told <= 15, `${told} false joins were examined; the limit is 10 a minute`);
  assert.ok(Number(firstRetry) > 0, 'a refused address learns when to come back');
  await Promise.all(links.map((l) => l.close()));
});
