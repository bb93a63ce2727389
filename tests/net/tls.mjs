// TLS in front of an endpoint, for URLs that begin with https. The certificate is made for the test and trusted by
// nobody: the browsers under test do not check it.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';

/** A new key and its certificate. */
async function identity() {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  try {
    await promisify(execFile)('openssl', ['req', '-x509', ...kind, '-subj', '/CN=test', '-keyout', key, '-out', cert]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Takes TLS at the endpoint's own address and hands on what is inside.
 * @param {{host: string, port: number}} endpoint
 */
export async function startTls({ host, port }) {
  /** @type {Set<net.Socket>} */
  const open = new Set();
  const server = tls.createServer(await identity(), (near) => {
    const far = net.connect(port, host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => open.delete(from));
      from.pipe(to);
    }
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: /** @type {net.AddressInfo} */ (server.address()).port,
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
