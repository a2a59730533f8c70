// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

/** worker registers the service worker. Its address carries the build, so that a new one takes over at the next page. */
export function worker(): Promise<ServiceWorkerRegistration> {
  const sheet = document.querySelector<HTMLLinkElement>('link[rel="stylesheet"]')?.href ?? ''
  return navigator.serviceWorker.register(`/sw.js?v=${encodeURIComponent(sheet.slice(sheet.lastIndexOf('/') + 1))}`, { updateViaCache: 'none' })
}
