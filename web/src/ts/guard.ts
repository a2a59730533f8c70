// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

const waiting = 'data-ts-waiting'

// guardSubmits lets a form be sent once: a second press on a slow line would
// file the same papers twice. The buttons come back when the page is shown again.
// A form whose answer is a download stays on the page and says data-ts-again.
export function guardSubmits(root: Document): void {
  root.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method !== 'post' || form.hasAttribute('data-ts-again')) return
    if (form.hasAttribute(waiting)) {
      event.preventDefault()
      return
    }
    form.setAttribute(waiting, '')
    // Disabled only after the browser has taken the name and value of the pressed button.
    setTimeout(() => buttons(form).forEach((button) => { button.disabled = true }))
  })
  window.addEventListener('pageshow', () => {
    for (const form of root.querySelectorAll<HTMLFormElement>(`form[${waiting}]`)) {
      form.removeAttribute(waiting)
      for (const button of buttons(form)) button.disabled = button.hasAttribute('aria-disabled')
    }
  })
}

function buttons(form: HTMLFormElement): HTMLButtonElement[] {
  return [...form.elements].filter((e): e is HTMLButtonElement => e instanceof HTMLButtonElement && e.type === 'submit')
}
