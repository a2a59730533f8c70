// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// On the page that is shown without a line: which pages still hold words that
// were not sent, and trying again, by itself as soon as the line is back.
const every = 5_000 // milliseconds

export function offline(root: Document): void {
  const box = root.querySelector<HTMLElement>('[data-ts-kept]')
  const list = box?.querySelector('ul')
  if (!box || !list) return
  // A phone says that it is on line before anything comes through.
  const again = (): void => {
    void fetch('/healthz', { cache: 'no-store' }).then((answer) => { if (answer.ok) location.reload() }, () => undefined)
  }
  const shown = location.pathname !== '/ngoai-tuyen' // in place of another page
  root.querySelector('[data-ts-reload]')?.addEventListener('click', (event) => {
    if (!shown) return
    event.preventDefault()
    location.reload()
  })
  if (shown) {
    window.addEventListener('online', again)
    setInterval(again, every)
  }
  const prefix = 'ts-words:'
  for (const key of Object.keys(sessionStorage).filter((k) => k.startsWith(prefix))) {
    const path = key.slice(prefix.length)
    if (!path.startsWith('/') || path.startsWith('//')) continue
    const link = root.createElement('a')
    link.href = path
    link.className = 'ts-link'
    link.textContent = titleOf(key) || path
    const item = root.createElement('li')
    item.append(link)
    list.append(item)
  }
  box.hidden = list.childElementCount === 0
}

function titleOf(key: string): string {
  try { return (JSON.parse(sessionStorage.getItem(key) ?? '{}') as { title?: string }).title ?? '' } catch { return '' }
}
