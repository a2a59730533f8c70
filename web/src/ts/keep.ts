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
