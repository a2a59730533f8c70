// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The service worker shows what a push says, a title and an address of this site,
// and opens the address. It keeps no pages.
interface Shown { title?: string; link?: string; tag?: string; lang?: string }
interface PushEvent extends Event { data?: { json(): unknown }; waitUntil(work: Promise<unknown>): void }
interface Click extends Event { notification: Notification; waitUntil(work: Promise<unknown>): void }
interface Worker extends EventTarget {
  location: { origin: string }
  registration: { showNotification(title: string, options: object): Promise<void> }
  clients: { openWindow(url: string): Promise<unknown> }
}

const worker = globalThis as unknown as Worker

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
