// What cannot be wrapped (docs/LIMITS.md): the page gets its own failure unchanged, and no lane is asked.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stage } from './direct/stage.mjs';
import { until } from './stage.mjs';

const BODY =
  '{"jsonrpc":"2.0","id":1,"method":"eth_getCode","params":["0x5fbdb2315678afecb367f032d93f642f64180aa3","latest"]}';

/** A worker of any kind that reads for the page. */
const WORKER = `
  const headers = { "content-type": "application/json" };
  const ask = (url) => fetch(url, { method: "POST", headers, body: ${JSON.stringify(BODY)} })
    .then(({ status }) => status);
  self.onmessage = ({ data, source }) => ask(data).then((status) => (source ?? self).postMessage(status));
  self.onconnect = ({ ports: [port] }) => {
    port.onmessage = ({ data }) => ask(data).then((status) => port.postMessage(status));
  };
  self.onactivate = (event) => event.waitUntil(self.clients.claim());`;

/**
 * Ways to read that are not wrapped. Each runs in the page and returns the status it saw.
 * @type {Record<string, (url: string, body: string) => any>}
 */
const WAYS = {
  'a dedicated worker': (url) =>
    new Promise((resolve) => {
      const worker = new Worker('/worker.js');
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(url);
    }),
  'a shared worker': (url) =>
    new Promise((resolve) => {
      const { port } = new SharedWorker('/worker.js');
      port.onmessage = ({ data }) => resolve(data);
      port.postMessage(url);
    }),
  'a service worker': async (url) => {
    await navigator.serviceWorker.register('/worker.js');
    const { active } = await navigator.serviceWorker.ready;
    return new Promise((resolve) => {
      navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
      active?.postMessage(url);
    });
  },
  'a synchronous XMLHttpRequest': (url, body) => {
    const request = new XMLHttpRequest();
    request.open('POST', url, false);
    request.send(body);
    return request.status;
  },
  'an XMLHttpRequest whose upload is watched': (url, body) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open('POST', url);
      request.upload.onprogress = () => {};
      request.onloadend = () => resolve(request.status);
      request.send(body);
    }),
  'a Blob as a body': (url, body) =>
    fetch(url, { method: 'POST', body: new Blob([body]) }).then(({ status }) => status),
  'a form as a body': (url, body) => {
    const form = new FormData();
    form.set('body', body);
    return fetch(url, { method: 'POST', body: form }).then(({ status }) => status);
  },
  'a Request with an init beside it': (url, body) =>
    fetch(new Request(url, { method: 'POST', body }), { cache: 'no-store' }).then(({ status }) => status),
  'a request by GET': (url, body) => fetch(`${url}?${encodeURIComponent(body)}`).then(({ status }) => status),
};

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  on = await stage();
  on.site.pages['/worker.js'] = (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/javascript' }).end(WORKER);
  page = await on.dapp();
});
after(() => on?.close());

const url = () => on.net.wallet.url;
const asked = () => on.net.nodes.reduce((sum, node) => sum + (node.counts.methods.eth_getCode ?? 0), 0);

test('what can be wrapped is rescued from a known dark endpoint', async () => {
  await page.evaluate(
    (to) =>
      fetch(to, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}' }).then((response) =>
        response.text(),
      ),
    url(),
  );
  await on.net.wallet.setFault('503');
  const status = await page.evaluate(
    (to, body) => fetch(to, { method: 'POST', body }).then((response) => response.status),
    url(),
    BODY,
  );
  assert.equal(status, 200);
  await until(
    async () => asked(),
    (count) => count > 0,
    'a lane that was asked',
  );
});

for (const [name, way] of Object.entries(WAYS)) {
  test(`${name}: the page's own failure, and no lane is asked`, async () => {
    const before = asked();
    const seen = await page.evaluate(`(${way})(${JSON.stringify(url())}, ${JSON.stringify(BODY)})`);
    assert.equal(seen, name.includes('GET') ? 405 : 503);
    assert.equal(asked(), before);
  });
}
