// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Suggestions under a search box, after the pattern of a combobox with a list
// (WAI-ARIA 1.2): the box keeps the focus, arrows choose, Enter opens what is
// chosen or, where nothing is, sends the form. The box is a plain form without
// this file. "/" goes to it, on pages of the desk through desk.ts; nothing happens
// while one writes or composes: Telex and VNI need every key.
const wait = 180 // milliseconds without a key before we ask

function writing(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true
  const at = event.target
  return at instanceof HTMLElement && (at.isContentEditable || at.matches('input, textarea, select'))
}

export class Suggest {
  private readonly input: HTMLInputElement
  private readonly panel: HTMLElement
  private readonly list: HTMLElement
  private readonly status: HTMLElement
  private readonly address: string
  private at = -1
  private timer = 0
  private asked = ''
  private asking: AbortController | null = null

  constructor(root: Element) {
    const input = root.querySelector<HTMLInputElement>('input[type="search"]')
    if (!input) throw new Error('no search box')
    this.input = input
    this.address = root.getAttribute('data-suggest') ?? ''
    this.panel = document.createElement('div')
    this.panel.className = 'ts-suggest'
    this.panel.hidden = true
    this.list = document.createElement('div')
    this.list.id = `${input.id}-suggestions`
    this.list.className = 'ts-suggest__list'
    this.list.setAttribute('role', 'listbox')
    this.list.setAttribute('aria-label', input.labels?.[0]?.textContent.trim() ?? '')
    this.panel.append(this.list)
    this.status = document.createElement('div')
    this.status.className = 'ts-visually-hidden'
    this.status.setAttribute('role', 'status')
    root.append(this.panel, this.status)
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id })) {
      input.setAttribute(name, value)
    }
    input.addEventListener('input', () => { this.later() })
    input.addEventListener('compositionend', () => { this.later() })
    input.addEventListener('keydown', (event) => { this.key(event) })
    input.addEventListener('blur', () => { this.close() })
    this.list.addEventListener('mousedown', (event) => { event.preventDefault() }) // the box keeps the focus
    this.list.addEventListener('click', (event) => {
      const option = event.target instanceof Element ? event.target.closest('[role="option"]') : null
      if (option instanceof HTMLElement) this.open(option)
    })
    if (document.body.classList.contains('ts-citizen')) {
      document.addEventListener('keydown', (event) => {
        if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing(event)) return
        event.preventDefault()
        input.focus()
      })
    }
    if (document.activeElement === input && input.value !== input.defaultValue) this.later() // somebody was faster than this part of the page
  }

  private get options(): HTMLElement[] { return [...this.list.children].filter((one) => one instanceof HTMLElement) }

  private later(): void {
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => {
      const question = this.input.value.trim()
      if (question.length < 2) { this.close(); return }
      if (question !== this.asked) void this.ask(question)
    }, wait)
  }

  // An empty question brings what the person asked for lately.
  private async ask(question: string): Promise<void> {
    this.asked = question
    this.asking?.abort()
    this.asking = new AbortController()
    try {
      const answer = await fetch(`${this.address}?q=${encodeURIComponent(question)}`, { signal: this.asking.signal, credentials: 'same-origin' })
      if (!answer.ok || question !== this.asked) return
      this.show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
    } catch {
      // Another key was pressed meanwhile, or the line is slow: the form still works.
      if (this.asked === question) this.asked = '' // the same question may be asked again
    }
  }

  private show(found: Document): void {
    const options = [...found.querySelectorAll<HTMLAnchorElement>('a[href]')].map((link, n) => {
      const option = document.createElement('div')
      option.id = `${this.list.id}-${String(n)}`
      option.className = link.className
      option.dataset['href'] = link.getAttribute('href') ?? ''
      option.setAttribute('role', 'option')
      option.setAttribute('aria-selected', 'false')
      option.append(...link.childNodes)
      return option
    })
    this.list.replaceChildren(...options)
    this.mark(-1)
    const open = options.length > 0 && document.activeElement === this.input
    this.panel.hidden = !open
    this.input.setAttribute('aria-expanded', String(open))
    this.status.textContent = found.querySelector('[data-said]')?.textContent ?? ''
  }

  private mark(at: number): void {
    this.at = at
    this.input.removeAttribute('aria-activedescendant')
    this.options.forEach((option, n) => {
      option.setAttribute('aria-selected', String(n === at))
      if (n !== at) return
      this.input.setAttribute('aria-activedescendant', option.id)
      option.scrollIntoView({ block: 'nearest' })
    })
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === 'Escape' && !this.panel.hidden) {
      this.close()
      event.preventDefault()
      return
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      const n = this.options.length
      if (!this.panel.hidden) this.mark((this.at + 1 + step + n + 1) % (n + 1) - 1) // -1 is the box itself
      else if (step === 1) void this.ask(this.input.value.trim())
      return
    }
    const chosen = this.panel.hidden ? undefined : this.options[this.at]
    if (event.key === 'Enter' && chosen) {
      event.preventDefault()
      this.open(chosen)
    }
  }

  private open(option: HTMLElement): void {
    const to = option.dataset['href']
    if (to) window.location.assign(to)
  }

  private close(): void {
    window.clearTimeout(this.timer)
    this.panel.hidden = true
    this.input.setAttribute('aria-expanded', 'false')
    this.mark(-1)
    this.asked = ''
    this.status.textContent = ''
  }
}
