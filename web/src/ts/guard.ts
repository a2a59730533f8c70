// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

const waiting = 'data-ts-waiting'
const patience = 800 // milliseconds until a page says that it is sending

// guardSubmits lets a form be sent once: a second press on a slow line would
// file the same papers twice. The buttons come back when the page is shown again.
// A line that is slow is told of, in words and on the button that was pressed.
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
    if (event.submitter instanceof HTMLElement) event.submitter.setAttribute('data-ts-pressed', '')
    tell(root)
  })
  window.addEventListener('pageshow', () => {
    root.querySelector('.ts-sending')?.remove()
    for (const pressed of root.querySelectorAll('[data-ts-pressed]')) pressed.removeAttribute('data-ts-pressed')
    for (const form of root.querySelectorAll<HTMLFormElement>(`form[${waiting}]`)) {
      form.removeAttribute(waiting)
      for (const button of buttons(form)) button.disabled = button.hasAttribute('aria-disabled')
    }
  })
}

// tell puts an empty status on the page, and words into it when the answer is late:
// screen readers speak what changes in a status that was there before.
function tell(root: Document): void {
  const text = root.body.dataset['tsSending']
  if (!text || root.querySelector('.ts-sending')) return
  const status = root.createElement('p')
  status.className = 'ts-sending'
  status.setAttribute('role', 'status')
  root.body.append(status)
  setTimeout(() => { if (status.isConnected) status.textContent = text }, patience)
}

function buttons(form: HTMLFormElement): HTMLButtonElement[] {
  return [...form.elements].filter((e): e is HTMLButtonElement => e instanceof HTMLButtonElement && e.type === 'submit')
}
