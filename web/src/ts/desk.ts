// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The keyboard of the desk: J and K move, X ticks, Enter opens, "/" goes to the
// search box, and a letter that a link or button declares with data-ts-key
// presses it. Nothing happens while one writes: Telex and VNI need every key. "?"
// shows all keys; there they can be switched off on this device (WCAG 2.1.4).
const store = 'ts-keys'

function off(): boolean {
  try { return localStorage.getItem(store) === 'off' } catch { return false }
}

const keysDialog = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>('dialog[data-ts-keys]')

function showKeys(): boolean {
  const dialog = keysDialog()
  if (!dialog) return false
  const on = dialog.querySelector<HTMLInputElement>('[data-ts-keys-on]')
  if (on) on.checked = !off()
  dialog.showModal()
  return true
}

const rowsOf = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-ts-row]')]

function writing(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true
  const at = event.target
  if (!(at instanceof HTMLElement)) return false
  if (at.isContentEditable || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement) return true
  return at instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(at.type)
}

function move(step: number): void {
  const rows = rowsOf()
  const next = rows[Math.min(Math.max(rows.findIndex((row) => row.hasAttribute('data-ts-at')) + step, 0), rows.length - 1)]
  if (!next) return
  rows.forEach((row) => { row.removeAttribute('data-ts-at') })
  next.setAttribute('data-ts-at', '')
  // The focus goes with it, so that a screen reader reads the row and Enter opens its link.
  next.querySelector<HTMLElement>('a[href]')?.focus()
  next.scrollIntoView({ block: 'nearest' })
}

function tick(): void {
  const row = document.querySelector('[data-ts-at]')
  row?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click()
}

function mark(): void {
  for (const row of rowsOf()) {
    row.toggleAttribute('data-ts-selected', row.querySelector<HTMLInputElement>('input[type="checkbox"]')?.checked ?? false)
  }
  const count = document.querySelectorAll('[data-ts-row] input[type="checkbox"]:checked').length
  for (const place of document.querySelectorAll<HTMLElement>('[data-ts-selected-text]')) {
    place.textContent = (place.dataset['tsSelectedText'] ?? '').replace('{count}', String(count))
  }
}

function press(key: string): boolean {
  const target = document.querySelector<HTMLElement>(`[data-ts-key="${CSS.escape(key)}"]`)
  if (!target) return false
  if (target.matches('summary')) target.click()
  if (target.matches('input, textarea, summary')) target.focus()
  else target.click()
  return true
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || writing(event) || off() || keysDialog()?.open) return
  const key = event.key.toLowerCase()
  let done = true
  if (key === 'j') move(1)
  else if (key === 'k') move(-1)
  else if (key === 'x') tick()
  else if (key === '?') done = showKeys()
  else if (key === 'enter') {
    const link = event.target === document.body ? document.querySelector<HTMLElement>('[data-ts-at] a[href]') : null
    link?.click()
    done = link !== null
  } else done = press(key)
  if (done) event.preventDefault()
})
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('[data-ts-keys-open]') : null
  if (link && showKeys()) event.preventDefault()
})
document.addEventListener('change', (event) => {
  if (event.target instanceof HTMLInputElement && event.target.matches('[data-ts-keys-on]')) {
    try {
      if (event.target.checked) localStorage.removeItem(store)
      else localStorage.setItem(store, 'off')
    } catch { /* no place to remember it */ }
  }
  mark()
})
window.addEventListener('pageshow', mark)
document.addEventListener('focusin', (event) => {
  const row = event.target instanceof Element ? event.target.closest('[data-ts-row]') : null
  if (!row) return
  rowsOf().forEach((other) => { other.toggleAttribute('data-ts-at', other === row) })
})
