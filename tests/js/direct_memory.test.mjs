// What a document remembers about the URLs it calls, and which hosts it knows from the start.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knownChain, mayBeAFork } from '../../extension/inpage/direct/hosts.js';
import { Memories, UrlMemory } from '../../extension/inpage/direct/memory.js';

const memory = () => new UrlMemory(new URL('https://rpc.example.org/key'));

describe('the stall delay', () => {
  it('is the same for every URL until three answers were seen', () => {
    const url = memory();
    assert.equal(url.delay('eth_call'), 1500);
    url.answered('eth_call', 10);
    url.answered('eth_call', 10);
    assert.equal(url.delay('eth_call'), 1500);
    url.answered('eth_call', 10);
    assert.equal(url.delay('eth_call'), 400);
  });

  it("is three times the method's usual answer, within bounds", () => {
    const url = memory();
    for (const ms of [300, 200, 9000]) url.answered('eth_call', ms);
    assert.equal(url.delay('eth_call'), 900);
    for (const ms of [4000, 4000, 4000]) url.answered('eth_getLogs', ms);
    assert.equal(url.delay('eth_getLogs'), 2500);
    assert.equal(url.delay('eth_getBalance'), 1500);
  });

  it('forgets old answers', () => {
    const url = memory();
    for (let i = 0; i < 15; i++) url.answered('eth_call', 800);
    for (let i = 0; i < 15; i++) url.answered('eth_call', 200);
    assert.equal(url.delay('eth_call'), 600);
  });

  it('halves for each call a lane answers; a good answer resets it', () => {
    const url = memory();
    url.struck();
    assert.equal(url.delay('eth_call'), 750);
    for (let i = 0; i < 20; i++) url.struck();
    assert.equal(url.delay('eth_call'), 50);
    url.answered('eth_call', 10);
    assert.equal(url.delay('eth_call'), 1500);
  });
});

describe('the memories of a document', () => {
  it('are one per URL, query and all, and bounded', () => {
    const memories = new Memories();
    const first = memories.of(new URL('https://rpc.example.org/?a=1'));
    assert.equal(memories.of(new URL('https://rpc.example.org/?a=1')), first);
    assert.notEqual(memories.of(new URL('https://rpc.example.org/?a=2')), first);
    for (let i = 0; i < 500; i++) memories.of(new URL(`https://rpc.example.org/${i}`));
    assert.ok(memories.map.size <= 200);
  });

  it('a chain the page saw named wins over the table', () => {
    const url = new UrlMemory(new URL('https://mainnet.infura.io/v3/key'));
    assert.equal(url.chain, 1);
    url.learn(5);
    assert.equal(url.chain, 5);
  });
});

describe('known hosts', () => {
  const chainOf = (/** @type {string} */ url) => knownChain(new URL(url));

  it('name their chain, also with keys and as sockets', () => {
    assert.equal(chainOf('https://mainnet.infura.io/v3/0123'), 1);
    assert.equal(chainOf('wss://mainnet.infura.io/ws/v3/0123'), 1);
    assert.equal(chainOf('https://base-mainnet.g.alchemy.com/v2/key'), 8453);
    assert.equal(chainOf('https://arb1.arbitrum.io/rpc'), 42161);
    assert.equal(chainOf('https://rpc.ankr.com/eth/key'), 1);
    assert.equal(chainOf('https://polygon-rpc.com/'), 137);
    assert.equal(chainOf('https://rpc.scroll.io'), 534352);
    assert.equal(chainOf('https://rpc.linea.build?x=1'), 59144);
  });

  it('say their chain in the host or the query', () => {
    assert.equal(chainOf('https://rpc.walletconnect.org/v1/?chainId=eip155:10&projectId=k'), 10);
    assert.equal(chainOf('https://rpc.walletconnect.com/v1?projectId=k&chainId=eip155%3A59144'), 59144);
    assert.equal(chainOf('https://rpc.walletconnect.com?chainId=eip155:137'), 137);
    assert.equal(chainOf('https://8453.rpc.thirdweb.com/client-id'), 8453);
    assert.equal(chainOf('https://1.rpc.thirdweb.com'), 1);
    for (const url of [
      'https://rpc.walletconnect.org/v1/?chainId=solana:1',
      'https://rpc.walletconnect.org/v1/',
      'https://rpc.thirdweb.com/1',
      'https://rpc.walletconnect.org/v1/account/?chainId=eip155:1',
      'https://rpc.walletconnect.org/v1/?chainId=eip155:0',
      'https://rpc.walletconnect.org.evil.org/v1/?chainId=eip155:1',
      'https://1.rpc.thirdweb.com.evil.org',
      'https://0.rpc.thirdweb.com',
      'https://ethereum.rpc.thirdweb.com',
      'https://1.2.rpc.thirdweb.com',
      'https://99999999999999999999.rpc.thirdweb.com',
    ]) {
      assert.equal(chainOf(url), null, url);
    }
  });

  it('match exactly: similar hosts are not guessed', () => {
    for (const url of [
      'https://sepolia.infura.io/v3/k',
      'https://rpc.ankr.com/eth_sepolia',
      'https://rpc.ankr.com',
      'https://1rpc.io',
      'https://mainnet.infura.io.evil.org/v3/k',
      'https://mainnet.infura.io:8443/',
      'https://arb1.arbitrum.io/other',
      'http://127.10.0.1:8545',
    ]) {
      assert.equal(chainOf(url), null, url);
    }
  });

  it('local nodes and hosted forks are never rescued', () => {
    const fork = (/** @type {string} */ url) => mayBeAFork(new URL(url));
    for (const url of [
      'http://localhost:8545',
      'http://127.0.0.1:8545',
      'http://[::1]:8545',
      'http://192.168.1.5:8545',
      'http://10.1.2.3',
      'http://172.16.0.1',
      'http://node.local',
      'https://virtual.mainnet.rpc.tenderly.co/x',
      'https://rpc.buildbear.io/x',
      'https://mainnet-fork.example.org',
      'https://anvil.staging.example.org',
      'http://[fd00::1]',
    ]) {
      assert.equal(fork(url), true, url);
    }
    for (const url of [
      'https://mainnet.infura.io/v3/k',
      'http://127.10.0.1:8545',
      'https://172.32.0.1',
      'https://local.example.org',
      'https://mainnet.gateway.tenderly.co',
      'https://forklift.example.org',
    ]) {
      assert.equal(fork(url), false, url);
    }
  });
});
