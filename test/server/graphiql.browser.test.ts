import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { chromiumPath, launchChromium } from '../support/browser/chromium.js';
import { realServer } from '../support/real-server.js';

/** In ms, of each step in the browser: the editor is 9 MB of script, and the machine may be busy. */
const PATIENCE_MS = 60_000;

const TOKEN = 'a-token-of-the-reader';
/** Where somebody wants to keep pictures of the pages. */
const wanted = process.env.SFUSCOPE_SCREENSHOTS;

/** What GraphiQL keeps of its tabs in the browser. */
interface StoredTabs {
  readonly tabs: readonly { readonly operationName: string | null }[];
  readonly activeTabIndex: number;
}

// Under CI a missing browser is a failure: `launchChromium` says what to install.
describe.skipIf(chromiumPath === undefined && process.env.CI === undefined)('GraphiQL in Chromium', () => {
  let browser: Browser;
  let pictures: string;

  beforeAll(async () => {
    pictures = wanted ?? mkdtempSync(join(tmpdir(), 'sfuscope-graphiql-'));
    mkdirSync(pictures, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    if (wanted === undefined) rmSync(pictures, { recursive: true, force: true });
  });

  /** The page, open and ready, and what it asked of other origins or complained about. */
  async function open(url: string): Promise<{ page: Page; foreign: string[]; complaints: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 800 } });
    onTestFinished(() => context.close());
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const foreign: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      const address = new URL(request.url());
      const inPage = ['data:', 'blob:'].includes(address.protocol);
      if (!inPage && address.origin !== new URL(url).origin) foreign.push(request.url());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    await page.goto(url);
    await page.locator('.graphiql-execute-button').waitFor();
    return { page, foreign, complaints };
  }

  const run = (page: Page) => page.locator('.graphiql-execute-button').click();
  /** Monaco writes spaces that do not break. */
  const result = async (page: Page) =>
    ((await page.locator('.graphiql-response').textContent()) ?? '').replaceAll('\u00a0', ' ');

  /** Replaces what the focused editor holds. What is typed, the editor completes with quotes and brackets of its own. */
  async function paste(page: Page, text: string): Promise<void> {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate((content) => navigator.clipboard.writeText(content), text);
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+V');
  }

  async function openTab(page: Page, title: string, query: string): Promise<void> {
    const editor = page.locator('.graphiql-editor').first();
    await editor.getByText('query Overview').waitFor();
    await page.locator('.graphiql-tab-button', { hasText: title }).click();
    await editor.getByText(query).waitFor();
    // It runs the operation of the tab before for a moment yet; once it has stored which tab is open it has the new one.
    await page.waitForFunction((name) => {
      const stored = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}') as Partial<StoredTabs>;
      return stored.tabs?.[stored.activeTabIndex ?? -1]?.operationName === name;
    }, title);
  }

  it('loads from this server alone and runs its first query', async () => {
    const { url } = await realServer();
    const { page, foreign, complaints } = await open(url);

    await run(page);

    await expect.poll(() => result(page)).toContain('"blue"');
    await page.screenshot({ path: join(pictures, 'query.png') });
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('shows a subscription ticking over server-sent events', async () => {
    const { url, kit } = await realServer();
    const { page, foreign, complaints } = await open(url);
    await openTab(page, 'Events', 'subscription Events');

    await run(page);
    await expect.poll(() => kit.hub.subscribers).toBe(1);
    for (let n = 1; n <= 3; n++) {
      kit.kit.worker(4_000 + n);
      await expect.poll(() => result(page)).toContain(String(4_000 + n));
    }

    await page.screenshot({ path: join(pictures, 'subscription.png') });
    await run(page);
    await expect.poll(() => kit.hub.subscribers).toBe(0);
    expect([foreign, complaints]).toEqual([[], []]);
  });

  it('shows what is wrong with a query', async () => {
    const { url } = await realServer();
    const { page } = await open(`${url}?query=${encodeURIComponent('{ sfu { nothing } }')}`);

    await run(page);

    await expect.poll(() => result(page)).toContain('Cannot query field');
    await page.screenshot({ path: join(pictures, 'error.png') });
  });

  it('is refused without a token, and answered once one is put where it says', async () => {
    const { url } = await realServer({ token: TOKEN });
    const { page } = await open(url);

    await run(page);
    await expect.poll(() => result(page)).toContain('A token is required');
    await page.screenshot({ path: join(pictures, 'no-token.png') });

    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
    await paste(page, JSON.stringify({ authorization: `Bearer ${TOKEN}` }));
    await page.locator('.graphiql-editor-tool').getByText(TOKEN).waitFor();
    await run(page);

    await expect.poll(() => result(page)).toContain('"blue"');
    await page.screenshot({ path: join(pictures, 'token.png') });
  });
});
