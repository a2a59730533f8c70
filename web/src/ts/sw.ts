// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The service worker shows what a push says, a title and an address of this site,
// and opens the address. Without a line it shows one page that it keeps, with the
// style and letters of it. Of the counter it shows the empty forms that a clerk's
// page has kept; it keeps no page itself, and nothing about a person.
interface Shown { title?: string; link?: string; tag?: string; lang?: string }
interface Lasting extends Event { waitUntil(work: Promise<unknown>): void }
interface PushEvent extends Lasting { data?: { json(): unknown } }
interface Click extends Lasting { notification: Notification }
interface Fetch extends Event { request: Request; respondWith(answer: Promise<Response>): void }
interface Worker extends EventTarget {
  location: { origin: string; search: string }
  registration: { showNotification(title: string, options: object): Promise<void> }
  clients: { openWindow(url: string): Promise<unknown>; claim(): Promise<void> }
  skipWaiting(): Promise<void>
}

const worker = globalThis as unknown as Worker
const offline = '/ngoai-tuyen'
const counter = 'counter' // filled by pages of the counter, and emptied as the clerk signs out
const shell = `shell-${worker.location.search}` // one for each build

// keep fetches the page without cookies: it is the page of nobody.
async function keep(): Promise<void> {
  const page = await fetch(offline, { credentials: 'omit', cache: 'no-store' })
  if (!page.ok) throw new Error(String(page.status))
  const text = await page.clone().text()
  const kept = await caches.open(shell)
  const assets = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+\.(?:css|js|svg|woff2))"/g)].map((m) => m[1] ?? '')
  const parts: string[] = []
  for (const script of assets.filter((asset) => asset.endsWith('.js'))) { // and what the page loads by itself
    const source = await (await fetch(script)).text()
    parts.push(...[...source.matchAll(/"\.\/(part-(?:chunk|offline|words)-[^"]+\.js)"/g)].map((m) => script.slice(0, script.lastIndexOf('/') + 1) + (m[1] ?? '')))
  }
  await Promise.all([kept.put(offline, page), kept.addAll([...new Set([...assets, ...parts])])])
}

async function forgetOld(): Promise<void> {
  for (const name of await caches.keys()) if (name !== shell && name !== counter) await caches.delete(name)
  await worker.clients.claim()
}

worker.addEventListener('install', (event) => {
  // A new one takes over at once: it changes nothing on pages that are open.
  (event as Lasting).waitUntil(keep().then(() => worker.skipWaiting()))
})

worker.addEventListener('activate', (event) => { (event as Lasting).waitUntil(forgetOld()) })

worker.addEventListener('fetch', (event) => {
  const { request, respondWith } = event as Fetch
  if (request.method !== 'GET' || new URL(request.url).origin !== worker.location.origin) return
  const answer = respondWith.bind(event)
  if (request.mode === 'navigate') {
    answer(fetch(request).catch(async () => {
      const kept = await caches.open(counter)
      return await kept.match(request.url, { ignoreSearch: true, ignoreVary: true }) ?? await caches.match(offline) ?? Response.error()
    }))
  } else if (new URL(request.url).pathname.startsWith('/assets/')) {
    answer(caches.match(request).then((kept) => kept ?? fetch(request)))
  }
})

worker.addEventListener('push', (event) => {
  const push = event as PushEvent
  const said = (push.data?.json() ?? {}) as Shown
  push.waitUntil(worker.registration.showNotification(said.title ?? 'Thông báo', { tag: said.tag, lang: said.lang, data: said.link ?? '/thong-bao' }))
})

worker.addEventListener('notificationclick', (event) => {
  const click = event as Click
  click.notification.close()
  const to = new URL(String(click.notification.data), worker.location.origin)
  if (to.origin === worker.location.origin) click.waitUntil(worker.clients.openWindow(to.href))
})
