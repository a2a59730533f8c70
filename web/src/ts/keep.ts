// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

// keepTyped keeps what was typed while the questions of a page were on their way:
// the answer of the program knows nothing of it, and would take it away.
export function keepTyped(root: Document): void {
  // Not the controls themselves: a checked new radio unchecks the old one.
  let typed = new Map<string, { value: string, checked: boolean }>()
  root.addEventListener('htmx:beforeSwap', (event) => {
    if (byButton(event)) { // rows were added, removed or moved: names stand for other rows now
      typed.clear()
      return
    }
    typed = new Map(controls(event).map((control) => [key(control), { value: control.value, checked: chosen(control) }]))
  })
  root.addEventListener('htmx:afterSwap', (event) => {
    for (const control of controls(event)) {
      const before = typed.get(key(control))
      if (before === undefined) continue
      control.value = before.value
      if (isBox(control)) control.checked = before.checked
    }
    typed.clear()
  })
}

// patience is how long a form waits for its answers to be saved, in milliseconds.
const patience = 10_000

// sendAfterSaving lets a form be sent only when no answer of it is on its way to be
// saved. Sent meanwhile, it would know nothing of that and look like another
// device: the page would ask about a change that its own reader has made.
export function sendAfterSaving(root: Document): void {
  const saving = new Map<HTMLFormElement, number>()
  const count = (by: number) => (event: Event) => {
    const form = formOf(event)
    if (form !== null) saving.set(form, Math.max(0, (saving.get(form) ?? 0) + by))
  }
  root.addEventListener('htmx:beforeRequest', count(1))
  root.addEventListener('htmx:afterRequest', count(-1))
  root.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !(event instanceof SubmitEvent) || (saving.get(form) ?? 0) === 0) return
    event.preventDefault()
    const { submitter } = event
    const until = Date.now() + patience
    const look = (): void => {
      if ((saving.get(form) ?? 0) > 0 && Date.now() < until) {
        setTimeout(look, 50)
        return
      }
      saving.set(form, 0)
      form.requestSubmit(submitter)
    }
    setTimeout(look, 50)
  }, { capture: true }) // before the guard that lets a form be sent once
}

// formOf is the form whose answers a request of htmx takes along.
function formOf(event: Event): HTMLFormElement | null {
  if (!(event instanceof CustomEvent)) return null
  const { elt } = event.detail as { elt?: unknown }
  return elt instanceof Element ? elt.closest('form') : null
}

function byButton(event: Event): boolean {
  if (!(event instanceof CustomEvent)) return false
  const { requestConfig } = event.detail as { requestConfig?: { elt?: unknown } }
  return requestConfig?.elt instanceof HTMLButtonElement
}

function controls(event: Event): Control[] {
  const target: unknown = event instanceof CustomEvent ? (event.detail as { target?: unknown }).target : null
  if (!(target instanceof Element)) return []
  return [...target.querySelectorAll<Control>('input[name]:not([type=file], [type=hidden]), select[name], textarea[name]')]
}

function isBox(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')
}

function chosen(control: Control): boolean {
  return isBox(control) && control.checked
}

// key tells one control from another: several boxes share a name.
function key(control: Control): string {
  return isBox(control) ? `${control.name}=${control.value}` : control.name
}
