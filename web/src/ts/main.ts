// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Every page works without this file; it only makes some of them nicer.
import { copyButtons } from './copy'
import { fileSizes } from './files'
import { guardSubmits } from './guard'

type Part = new (root: Element) => unknown

// parts are the behaviours that a page loads only if it has such a component.
const parts: Record<string, () => Promise<Part>> = {
  'ts-address': async () => (await import('./address')).Address,
  'ts-card-signing': async () => (await import('./card')).CardSigning,
  'ts-character-count': async () => (await import('govuk-frontend/dist/govuk/components/character-count/character-count.mjs')).CharacterCount,
  'ts-checkboxes': async () => (await import('govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs')).Checkboxes,
  'ts-counter': async () => (await import('./counter')).Counter,
  'ts-error-summary': async () => (await import('govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs')).ErrorSummary,
  'ts-file-upload': async () => (await import('./upload')).FileUpload,
  'ts-hall': async () => (await import('./hall')).Hall,
  'ts-idle': async () => (await import('./idle')).Idle,
  'ts-map': async () => (await import('./map')).MapOfPlaces,
  'ts-notification-banner': async () => (await import('govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs')).NotificationBanner,
  'ts-passkey': async () => (await import('./passkey')).Passkey,
  'ts-push': async () => (await import('./push')).Push,
  'ts-receipt': async () => (await import('./receipt')).Receipt,
  'ts-radios': async () => (await import('./radios')).Radios,
  'ts-suggest': async () => (await import('./suggest')).Suggest,
  'ts-tabs': async () => (await import('govuk-frontend/dist/govuk/components/tabs/tabs.mjs')).Tabs
}

// needed tells whether a component does anything beyond its markup: most radios do not.
function needed(name: string, root: Element): boolean {
  if (name === 'ts-radios') return root.querySelector('[data-aria-controls]') !== null
  if (name === 'ts-checkboxes') return root.querySelector('[data-aria-controls], [data-behaviour]') !== null
  if (name === 'ts-map') return root.getAttribute('data-source') !== ''
  if (name === 'ts-address') return root.getAttribute('data-source') !== ''
  return true
}

function start(scope: ParentNode): void {
  for (const [name, load] of Object.entries(parts)) {
    const roots = [...scope.querySelectorAll(`[data-module="${name}"]:not([data-ts-started])`)].filter((root) => needed(name, root))
    if (roots.length === 0) continue
    for (const root of roots) root.setAttribute('data-ts-started', '')
    void load().then((Component) => {
      for (const root of roots) if (root.isConnected) new Component(root)
    })
  }
  fileSizes(scope)
  if (scope.querySelector('input[data-ts-parts]')) void import('./parts').then(({ uploadParts }) => { uploadParts(scope) })
  copyButtons(scope)
}

function focusFlash(): void {
  if (document.querySelector('[data-module="ts-error-summary"]')) return
  document.querySelector<HTMLElement>('[data-ts-flash]')?.focus({ preventScroll: true })
}

// A page with a form, or one that may answer to one: what was typed is not lost.
function keepsWords(): boolean {
  try {
    return document.querySelector('main form[method="post"] :is(input:not([type="hidden"]), textarea, select)') !== null ||
      Object.keys(sessionStorage).some((key) => key.startsWith('ts-words:'))
  } catch { return false } // a browser that keeps nothing
}

document.body.classList.add('js-enabled', 'ts-frontend-supported')
if (keepsWords()) void import('./words').then(({ keepWords, forgetWords }) => {
  keepWords(document)
  document.querySelectorAll('form[action="/dang-xuat"]').forEach((form) => { form.addEventListener('submit', forgetWords) })
})
if ('speechSynthesis' in window && document.querySelector('[data-ts-aloud], [data-ts-aloud-state]')) void import('./aloud').then(({ aloud }) => { aloud(document) })
if (document.querySelector('[data-ts-kept]')) void import('./offline').then(({ offline }) => { offline(document) })
if ('serviceWorker' in navigator && document.body.classList.contains('ts-citizen')) {
  // After everything else: on a slow line the page comes first.
  window.addEventListener('load', () => { setTimeout(() => { void import('./worker').then(({ worker }) => worker().catch(() => undefined)) }, 2000) })
}
// Forms of a counter that wait on this computer are not erased unasked.
try {
  if (localStorage.getItem('ts-counter') !== null) void import('./counterstore').then(({ guardSignOut }) => { guardSignOut(document) })
} catch { /* a browser that keeps nothing */ }
guardSubmits(document)
start(document)
focusFlash()
document.addEventListener('htmx:load', (event) => {
  if (event.target instanceof Element) start(event.target.parentElement ?? event.target)
})
