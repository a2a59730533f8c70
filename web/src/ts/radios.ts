// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

const hidden = 'ts-radios__conditional--hidden'

// Radios opens what belongs to the chosen answer. It is not the one of
// govuk-frontend, because that one puts aria-expanded on a radio, which ARIA
// does not allow there and which checks of whole pages report as an error.
export class Radios {
  constructor(private readonly root: Element) {
    for (const input of this.inputs()) {
      const id = input.dataset['ariaControls']
      if (id && document.getElementById(id)) input.setAttribute('aria-controls', id)
    }
    this.show()
    root.addEventListener('change', () => { this.show() })
    // A browser may bring back an answer when one returns to the page.
    window.addEventListener('pageshow', () => { this.show() })
  }

  private inputs(): HTMLInputElement[] {
    return [...this.root.querySelectorAll<HTMLInputElement>('input[type="radio"]')]
  }

  private show(): void {
    for (const input of this.inputs()) {
      const id = input.getAttribute('aria-controls')
      if (id) document.getElementById(id)?.classList.toggle(hidden, !input.checked)
    }
  }
}
