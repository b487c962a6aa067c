import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { Language } from '../../src/domain/farm/locale.ts';
import { type Reader, readMrkdwn } from './slack-reader.ts';

/** The product's own mark, which its app shows in Slack too. */
const MARK = readFileSync('adapters/web/client/icon.svg', 'utf8');

/** Draws a message as Slack's own client does, as far as a picture needs it: blocks, fonts and spacing. */

interface Text {
  readonly type: string;
  readonly text: string;
}

interface Element extends Text {
  readonly text: never;
}

interface Block {
  readonly type: string;
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly elements?: readonly (Text | (Element & { readonly text: Text; readonly style?: string }))[];
}

interface Shown {
  readonly blocks: readonly object[];
  readonly language: Language;
  readonly timeZone: string;
  readonly people: { readonly [account: string]: string };
  readonly theme?: 'light' | 'dark';
}

const STYLE = `
  :root{--bg:#fff;--fg:#1d1c1d;--fg2:#616061;--line:#dddddd;--edge:#1d1c1d4d;--code:#e01e5a;--codeBg:#f8f8f8;--link:#1264a3;--call:#1d9bd11a;--primary:#007a5a;--danger:#e01e5a}
  .dark{--bg:#1a1d21;--fg:#d1d2d3;--fg2:#ababad;--line:#35373b;--edge:#d1d2d34d;--code:#e8912d;--codeBg:#232529;--link:#1d9bd1;--call:#1d9bd126}
  *{box-sizing:border-box}
  body{margin:0;overflow-wrap:anywhere;padding:18px 22px 22px;background:var(--bg);color:var(--fg);font:15px/1.467 'Lato','Slack-Lato','Open Sans','Noto Sans CJK SC',sans-serif;-webkit-font-smoothing:antialiased}
  .message{display:grid;grid-template-columns:38px minmax(0,1fr);column-gap:10px}
  .avatar{width:38px;height:38px}.avatar svg{width:100%;height:100%}
  .from{line-height:20px;margin-bottom:5px}.from b{font-weight:800}
  .app{font-size:10px;font-weight:600;color:var(--fg2);background:color-mix(in srgb,var(--fg) 12%,transparent);border-radius:2px;padding:2px 4px;margin:0 6px;vertical-align:1px}
  .at{font-size:12px;color:var(--fg2)}
  .header{font-weight:800;font-size:18px;line-height:1.33;margin:2px 0 6px}
  .section{margin:9px 0}.context{margin:7px 0;font-size:13px;line-height:1.5;color:var(--fg2)}
  .context b{color:var(--fg)}
  .fields{display:grid;grid-template-columns:1fr 1fr;gap:9px 18px}
  hr{border:0;border-top:1px solid var(--line);margin:13px 0}
  b{font-weight:700}
  code{font:12px/1.5 'Monaco','Menlo','DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace;color:var(--code);background:var(--codeBg);border:1px solid var(--line);border-radius:3px;padding:1px 3px;overflow-wrap:anywhere}
  pre{font:12px/1.5 'Monaco','Menlo','DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace;background:var(--codeBg);border:1px solid var(--line);border-radius:4px;padding:8px;margin:4px 0;white-space:pre-wrap;display:table}
  .circle{display:inline-block;width:13px;height:13px;border-radius:50%;vertical-align:-2px;margin-right:2px;box-shadow:inset 0 -1px 2px #0002}
  .mention{background:var(--call);color:var(--link);border-radius:3px;padding:0 2px 1px}
  .actions{display:flex;flex-wrap:wrap;gap:8px;margin:14px 0 2px}
  button{font:inherit;font-size:13px;font-weight:700;line-height:1;height:34px;padding:0 14px;border-radius:8px;border:1px solid var(--edge);background:transparent;color:var(--fg)}
  .primary{background:var(--primary);border-color:var(--primary);color:#fff}.danger{color:var(--danger);border-color:var(--danger)}
`;

const DATES: { readonly [language in Language]: { locale: string; app: string } } = {
  en: { locale: 'en-GB', app: 'APP' },
  'zh-CN': { locale: 'zh-CN', app: '应用' },
};

function datesIn(locale: string, timeZone: string): NonNullable<Reader['date']> {
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone });
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hour12: false, timeZone });
  return (ms, format) => format.replace('{date_short}', date.format(ms)).replace('{time}', time.format(ms));
}

const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function blockHtml(block: Block, reader: Reader): string {
  const text = (one: Text | undefined): string =>
    one === undefined ? '' : one.type === 'mrkdwn' ? readMrkdwn(one.text, reader).html : plain(one.text);
  switch (block.type) {
    case 'header':
      return `<div class="header">${text(block.text)}</div>`;
    case 'divider':
      return '<hr>';
    case 'context':
      return `<div class="context">${(block.elements ?? []).map((one) => text(one as Text)).join(' ')}</div>`;
    case 'actions':
      return `<div class="actions">${(block.elements ?? [])
        .map((one) => one as unknown as { text: Text; style?: string })
        .map((one) => `<button class="${one.style ?? ''}">${text(one.text)}</button>`)
        .join('')}</div>`;
    default:
      return block.fields === undefined
        ? `<div class="section">${text(block.text)}</div>`
        : `<div class="section fields">${block.fields.map((one) => `<div>${text(one)}</div>`).join('')}</div>`;
  }
}

/** The page that shows one message; `theme` is Slack's. */
export function slackHtml({ blocks, language, timeZone, people, theme = 'light' }: Shown): string {
  const { locale, app } = DATES[language];
  const reader: Reader = { people, date: datesIn(locale, timeZone) };
  const body = (blocks as readonly Block[]).map((block) => blockHtml(block, reader)).join('\n');
  return `<!doctype html><html lang="${language}" class="${theme}"><meta charset="utf-8"><style>${STYLE}</style>
    <div class="message"><div class="avatar">${MARK}</div><div>
    <div class="from"><b>certops</b><span class="app">${app}</span><span class="at">14:21</span></div>${body}</div></div></html>`;
}

export async function openSlack(browser: Browser, width = 640): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 80 }, deviceScaleFactor: 2 });
  return context.newPage();
}
