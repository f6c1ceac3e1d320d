// SPDX-License-Identifier: Apache-2.0
// node forward.mjs PORT HOST HOSTPORT: carries 127.0.0.1:PORT of a namespace to HOST:HOSTPORT outside.
import net from 'node:net';

const [port, host, hostPort] = process.argv.slice(2);
net.createServer((a) => {
  const b = net.connect(Number(hostPort), host);
  a.pipe(b).pipe(a);
  const end = () => { a.destroy(); b.destroy(); };
  for (const s of [a, b]) s.on('error', end).on('close', end);
}).listen(Number(port), '127.0.0.1');
