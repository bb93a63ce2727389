// `./build.sh run`: demo network, lab, and a browser with Breakwater in it. Without a display, it runs the rehearsal.
import { startNetwork } from '../tests/net/network.mjs';
import { startSite, table } from '../tests/net/site.mjs';
import { launch } from '../tests/browser/harness.mjs';
import { build } from './build.mjs';
import { top } from './lib/run.mjs';
import { rehearse } from './rehearse.mjs';

/** The lab's address if it is free: easy to remember and to type. */
const LAB_PORT = 8640;
const NODE_PORT = 8545;
/** How often the demo chain grows. */
const BLOCK_MS = 4000;

/** @param {string[]} args */
function options(args) {
  const out = {
    browser: /** @type {"chromium"|"firefox"} */ ('chromium'),
    headless: !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY,
  };
  for (let i = 0; i < args.length; i++) {
    const [flag, inline] = args[i].split('=');
    if (flag === '--headless') out.headless = true;
    else if (flag === '--browser') {
      const name = inline ?? args[++i];
      if (name !== 'chromium' && name !== 'firefox') throw new Error('--browser takes chromium or firefox');
      out.browser = name;
    } else throw new Error(`run does not know "${args[i]}"`);
  }
  return out;
}

/** Runs until the person closes the window or presses Ctrl-C. @param {"chromium"|"firefox"} browser */
async function play(browser) {
  const network = await startNetwork({ ports: NODE_PORT }).catch(() => startNetwork());
  const site = await startSite({ network, port: LAB_PORT }).catch(() => startSite({ network }));
  network.keepMining(BLOCK_MS);
  const session = await launch(browser, { settings: network.settings(), headless: false });
  const lab = await session.newPage(site.url);
  // Nobody needs to see the pages that the driver opened at the start.
  for (const page of await session.browser.pages()) if (page !== lab) await page.close();
  await lab.bringToFront();
  console.log(`${table(network, site.url)}\n\nClose the window or press Ctrl-C to end.`);
  await new Promise((resolve) => {
    session.browser.once('disconnected', resolve);
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await Promise.allSettled([session.close(), site.close(), network.close()]);
}

await top(async () => {
  const { browser, headless } = options(process.argv.slice(2));
  await build();
  if (!headless) return void (await play(browser));
  if ((await rehearse(browser)) > 0) process.exitCode = 1;
});
