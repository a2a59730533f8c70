// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Suggestions under the search box of the head. The box is a plain form
// without this file. "/" goes to the box, on pages of the desk through desk.ts;
// nothing happens while one writes or composes: Telex and VNI need every key.
const wait = 180 // milliseconds without a key before we ask

function writing(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true
  const at = event.target
  return at instanceof HTMLElement && (at.isContentEditable || at.matches('input, textarea, select'))
}

export class Suggest {
  private readonly input: HTMLInputElement
  private readonly panel: HTMLElement
  private readonly address: string
  private timer = 0
  private asked = ''
  private asking: AbortController | null = null

  constructor(private readonly root: Element) {
    const input = root.querySelector<HTMLInputElement>('input[type="search"]')
    if (!input) throw new Error('no search box')
    this.input = input
    this.address = root.getAttribute('data-suggest') ?? ''
    this.panel = document.createElement('div')
    this.panel.className = 'ts-suggest'
    this.panel.hidden = true
    root.append(this.panel)
    input.addEventListener('input', () => { this.later() })
    input.addEventListener('compositionend', () => { this.later() })
    root.addEventListener('keydown', (event) => { if (event instanceof KeyboardEvent) this.move(event) })
    root.addEventListener('focusout', (event) => {
      const to = event instanceof FocusEvent ? event.relatedTarget : null
      if (!(to instanceof Node) || !root.contains(to)) this.close()
    })
    if (document.body.classList.contains('ts-citizen')) {
      document.addEventListener('keydown', (event) => {
        if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing(event)) return
        event.preventDefault()
        input.focus()
      })
    }
  }

  private later(): void {
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => { void this.ask() }, wait)
  }

  private async ask(): Promise<void> {
    const question = this.input.value.trim()
    if (question === this.asked) return
    this.asked = question
    this.asking?.abort()
    if (question.length < 2) { this.close(); return }
    this.asking = new AbortController()
    try {
      const answer = await fetch(`${this.address}?q=${encodeURIComponent(question)}`, { signal: this.asking.signal, credentials: 'same-origin' })
      if (!answer.ok || question !== this.asked) return
      const found = new DOMParser().parseFromString(await answer.text(), 'text/html')
      this.panel.replaceChildren(...found.body.childNodes)
      this.panel.hidden = this.panel.childElementCount === 0
    } catch {
      // Another key was pressed meanwhile, or the line is slow: the form still works.
    }
  }

  private move(event: KeyboardEvent): void {
    if (event.isComposing) return
    if (event.key === 'Escape' && !this.panel.hidden) {
      this.close()
      this.input.focus()
      event.preventDefault()
      return
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0 || this.panel.hidden) return
    const stops: HTMLElement[] = [this.input, ...this.panel.querySelectorAll<HTMLElement>('a')]
    const at = stops.findIndex((stop) => stop === document.activeElement)
    stops[(at + step + stops.length) % stops.length]?.focus()
    event.preventDefault()
  }

  private close(): void {
    this.panel.hidden = true
    this.asked = ''
  }
}
