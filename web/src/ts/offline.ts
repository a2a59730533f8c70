// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// On the page that is shown without a line: which pages still hold words that
// were not sent, and trying again, by itself as soon as the line is back.
export function offline(root: Document): void {
  const box = root.querySelector<HTMLElement>('[data-ts-kept]')
  const list = box?.querySelector('ul')
  if (!box || !list) return
  const again = (): void => { location.reload() }
  const shown = location.pathname !== '/ngoai-tuyen' // in place of another page
  root.querySelector('[data-ts-reload]')?.addEventListener('click', (event) => {
    if (!shown) return
    event.preventDefault()
    again()
  })
  if (shown) window.addEventListener('online', again)
  const prefix = 'ts-words:'
  for (const key of Object.keys(sessionStorage).filter((k) => k.startsWith(prefix))) {
    const path = key.slice(prefix.length)
    if (!path.startsWith('/') || path.startsWith('//')) continue
    const link = root.createElement('a')
    link.href = path
    link.className = 'ts-link'
    link.textContent = path
    const item = root.createElement('li')
    item.append(link)
    list.append(item)
  }
  box.hidden = list.childElementCount === 0
}
