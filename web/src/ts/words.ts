// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// A form never loses a word. What was typed and not taken by the server yet is
// kept in this tab, and put back when the same page is shown again: in another
// language, after signing in anew, by the back button, after the line was down.
// It goes when the server has answered, when one signs out, and with the tab.
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/** Kept is what was typed on one page: what stood there before, and what stands there now; where it was sent last, and where it began. */
interface Kept { at: number, sent: boolean, title: string, fields: Record<string, [string, string]>, to?: string, from?: string }

const prefix = 'ts-words:'
const oldest = 12 * 3600_000 // milliseconds
const pause = 300 // milliseconds after a key
const again = 15_000 // milliseconds between two tries to save

export function forgetWords(): void {
  for (const key of keys()) sessionStorage.removeItem(key)
}

export function keepWords(root: Document): void {
  const refused = root.querySelector('main .ts-error-summary') !== null
  settle(root, refused)
  const said = root.querySelector<HTMLElement>('[data-ts-words]')
  const here = pageOf(refused)
  const kept = read(here)
  if (kept !== null && refused) stay(root, kept)
  const put = kept === null || refused ? [] : restore(root, kept)
  if (kept !== null) write(here, { ...kept, sent: false })
  if (put.length > 0 && said) tellRestored(root, said, put, here)
  const known = { to: kept?.to ?? '', from: refused && kept?.from !== undefined ? kept.from : location.pathname + location.search }

  let timer = 0
  const note = (): void => {
    const fields: Kept['fields'] = {}
    for (const [name, control] of controls(root)) {
      const now = value(control)
      if (now !== base(control)) fields[name] = [base(control), now]
    }
    if (Object.keys(fields).length === 0) sessionStorage.removeItem(here)
    else write(here, { at: Date.now(), sent: false, title: root.querySelector('h1')?.innerText ?? '', fields, ...known })
  }
  root.addEventListener('input', (event) => {
    if (!(event.target instanceof Element) || event.target.closest('form[method="post"]') === null) return
    clearTimeout(timer)
    timer = window.setTimeout(note, pause)
  })
  // The last word before the page goes.
  window.addEventListener('pagehide', () => { if (read(here)?.sent !== true) note() })
  root.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method !== 'post') return
    if (!navigator.onLine) {
      event.preventDefault()
      event.stopImmediatePropagation()
      if (said) tell(said, 'offline')
      return
    }
    clearTimeout(timer)
    known.to = new URL(event.submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? '', location.href).pathname
    note()
    const now = read(here)
    if (now !== null) write(here, { ...now, sent: true })
  }, { capture: true })
  if (said) watchSaving(root, said)
  watchSaved(root, note)
  languageInForm(root)
}

// settle drops what the server has answered to, and what is too old.
function settle(root: Document, refused: boolean): void {
  const navigation = performance.getEntriesByType('navigation')[0]
  const came = navigation instanceof PerformanceNavigationTiming ? navigation.type : 'navigate'
  const failed = root.querySelector('.ts-error-page') !== null
  const from = document.referrer === '' ? '' : new URL(document.referrer).pathname
  for (const key of keys()) {
    const kept = read(key)
    const answered = kept?.sent === true && came === 'navigate' && !failed && (prefix + from === key || kept.to === from) && !(refused && kept.to === location.pathname)
    if (kept === null || answered || Date.now() - kept.at > oldest) sessionStorage.removeItem(key)
  }
}

// pageOf is the page under whose name the words of this one are kept. A form that was refused
// may stand at the address it was sent to, where nothing is to be had by a link.
function pageOf(refused: boolean): string {
  const began = refused ? keys().filter((key) => read(key)?.to === location.pathname).sort((a, b) => (read(b)?.at ?? 0) - (read(a)?.at ?? 0))[0] : undefined
  return began ?? prefix + location.pathname
}

// stay keeps what the server has refused: the page shows it, and in the other language it would not.
function stay(root: Document, kept: Kept): void {
  for (const [name, control] of controls(root)) {
    const was = kept.fields[name]
    if (was !== undefined) saved.set(control, was[0])
  }
  if (kept.from === undefined) return
  for (const link of root.querySelectorAll<HTMLAnchorElement>('a[href^="/language/"]')) {
    link.setAttribute('href', `${link.pathname}?${new URLSearchParams({ back: kept.from }).toString()}`)
  }
}

// restore puts back what was typed where the page still says what it said then.
function restore(root: Document, kept: Kept): [Control, string][] {
  const put: [Control, string][] = []
  for (const [name, control] of controls(root)) {
    const was = kept.fields[name]
    if (was === undefined || base(control) !== was[0] || value(control) === was[1]) continue
    put.push([control, value(control)])
    if (isBox(control)) control.checked = was[1] === 'on'
    else control.value = was[1]
  }
  return put
}

function tellRestored(root: Document, said: HTMLElement, put: [Control, string][], here: string): void {
  const button = root.createElement('button')
  button.type = 'button'
  button.className = 'ts-link-button'
  button.textContent = said.dataset['drop'] ?? ''
  button.addEventListener('click', () => {
    for (const [control, before] of put) {
      if (isBox(control)) control.checked = before === 'on'
      else control.value = before
      changed(control)
    }
    sessionStorage.removeItem(here)
    said.hidden = true
  })
  tell(said, 'restored', button)
  for (const [control] of put) changed(control)
}

// watchSaving says when an answer could not be saved while one writes, and saves it as soon as it can be.
function watchSaving(root: Document, said: HTMLElement): void {
  let last: Element | null = null
  const failed = (why: string) => (event: Event): void => {
    const detail = event instanceof CustomEvent ? event.detail as { elt?: unknown, xhr?: { status: number } } : {}
    if (!(detail.elt instanceof Element) || detail.elt.closest('form[method="post"]') === null) return
    last = detail.elt
    tell(said, detail.xhr?.status === 401 ? 'ended' : why)
  }
  const retry = (): void => {
    if (last?.isConnected === true && navigator.onLine) changed(last)
  }
  root.addEventListener('htmx:sendError', failed('offline'))
  root.addEventListener('htmx:responseError', failed('unsaved'))
  root.addEventListener('htmx:afterRequest', (event) => {
    if (last === null || !(event instanceof CustomEvent) || (event.detail as { successful?: boolean }).successful !== true) return
    last = null
    said.hidden = true
  })
  window.addEventListener('online', () => {
    if (last === null) said.hidden = true
    retry()
  })
  window.addEventListener('offline', () => { if ([...controls(root)].length > 0) tell(said, 'offline') })
  setInterval(retry, again)
}

// saved is what the server has of a control by now, where that is not what the page came with.
const saved = new WeakMap<Control, string>()

// watchSaved remembers what was saved while one writes: that needs no keeping.
function watchSaved(root: Document, note: () => void): void {
  const sent = new WeakMap<object, [Control, string][]>()
  const request = (event: Event): { elt?: unknown, xhr?: object, successful?: boolean } => event instanceof CustomEvent ? event.detail as object : {}
  root.addEventListener('htmx:beforeRequest', (event) => {
    const { elt, xhr } = request(event)
    if (!(elt instanceof Element) || xhr === undefined) return
    const form = elt.closest('form')
    sent.set(xhr, [...controls(root).values()].filter((control) => control.form === form).map((control) => [control, value(control)]))
  })
  root.addEventListener('htmx:afterRequest', (event) => {
    const { xhr, successful } = request(event)
    if (successful !== true || xhr === undefined) return
    for (const [control, was] of sent.get(xhr) ?? []) saved.set(control, was)
    note()
  })
}

// languageInForm changes the language by a button of the form, which takes the words along.
function languageInForm(root: Document): void {
  root.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.target.closest('a[href="#language"]') === null) return
    const button = root.getElementById('language')
    if (!(button instanceof HTMLButtonElement)) return
    event.preventDefault()
    button.click()
  })
}

function tell(said: HTMLElement, key: string, more?: HTMLElement): void {
  const line = document.createElement('p')
  line.textContent = said.dataset[key] ?? ''
  said.replaceChildren(line, ...(more ? [more] : []))
  said.hidden = false
}

// controls are the fields in which one types or chooses, by a name that is their own on the page.
function controls(root: Document): Map<string, Control> {
  const all = new Map<string, Control>()
  for (const control of root.querySelectorAll<Control>('main form[method="post"]:not([data-ts-again]) :is(input, select, textarea)[name]')) {
    if (control.form === null || control.form.querySelector('input[type="password"], [autocomplete="one-time-code"]') !== null) continue
    if (control instanceof HTMLInputElement && ['hidden', 'file', 'submit', 'button', 'image', 'reset'].includes(control.type)) continue
    all.set([control.form.getAttribute('action'), control.name, isBox(control) ? control.value : ''].join(' '), control)
  }
  return all
}

function base(control: Control): string {
  const known = saved.get(control)
  if (known !== undefined) return known
  if (isBox(control)) return control.defaultChecked ? 'on' : ''
  if (control instanceof HTMLSelectElement) return ([...control.options].find((o) => o.defaultSelected) ?? control.options[0])?.value ?? ''
  return control.defaultValue
}

function value(control: Control): string {
  return isBox(control) ? (control.checked ? 'on' : '') : control.value
}

function isBox(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')
}

function changed(control: Element): void {
  control.dispatchEvent(new Event('change', { bubbles: true }))
}

function keys(): string[] {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(prefix))
}

function read(key: string): Kept | null {
  try { return JSON.parse(sessionStorage.getItem(key) ?? 'null') as Kept | null } catch { return null }
}

function write(key: string, kept: Kept): void {
  try { sessionStorage.setItem(key, JSON.stringify(kept)) } catch { /* no room: the server has what was saved */ }
}
