// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

interface Place { value: string, code: string, name: string, short: string, province: string, was?: string, why?: string }

const wait = 120

// Address offers communes while one types: arrow keys, Enter, Esc. It follows the
// pattern of a combobox with a list (WAI-ARIA 1.2), and leaves keys alone while an
// input method is composing a letter.
export class Address {
  private readonly input: HTMLInputElement
  private readonly list: HTMLUListElement
  private readonly status: HTMLElement
  private places: Place[] = []
  private at = -1
  private timer = 0
  private asking: AbortController | undefined

  constructor(private readonly root: Element) {
    const input = root.querySelector<HTMLInputElement>('[data-ts-search]')
    if (!input || !root.getAttribute('data-source')) throw new Error('an address without a search')
    this.input = input
    this.list = document.createElement('ul')
    this.list.id = input.id + '-list'
    this.list.className = 'ts-address__list'
    this.list.hidden = true
    this.list.setAttribute('role', 'listbox')
    this.list.setAttribute('aria-label', root.querySelector(`label[for="${input.id}"]`)?.textContent?.trim() ?? '')
    input.after(this.list)
    this.status = document.createElement('div')
    this.status.className = 'ts-visually-hidden'
    this.status.setAttribute('aria-live', 'polite')
    this.list.after(this.status)
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id })) {
      input.setAttribute(name, value)
    }
    input.addEventListener('input', () => { this.later() })
    input.addEventListener('keydown', (event) => { this.key(event) })
    input.addEventListener('blur', () => { window.setTimeout(() => { this.close() }, 150) })
    input.addEventListener('focus', () => { if (input.value && !this.hidden('code')?.value) this.later() })
    this.list.addEventListener('mousedown', (event) => {
      event.preventDefault()
      const option = event.target instanceof Element ? event.target.closest('[role="option"]') : null
      if (option) this.take([...this.list.children].indexOf(option))
    })
    if (document.activeElement === input && input.value !== input.defaultValue) this.later() // somebody was faster than this part of the page
  }

  private hidden(part: string): HTMLInputElement | null {
    return this.root.querySelector<HTMLInputElement>(`input[name="${this.input.id.replace(/-search$/, '')}-${part}"]`)
  }

  private province(): HTMLSelectElement | null {
    return this.root.querySelector<HTMLSelectElement>('select')
  }

  private later(): void {
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => { void this.ask() }, wait)
  }

  private async ask(): Promise<void> {
    const q = this.input.value.trim()
    this.asking?.abort()
    if (q.length < 2 || q === this.hidden('for')?.value) {
      this.close()
      return
    }
    const asking = this.asking = new AbortController()
    try {
      const where = new URLSearchParams({ q, tinh: this.province()?.value ?? '' })
      const answer = await fetch(`${this.root.getAttribute('data-source') ?? ''}?${where.toString()}`, { signal: asking.signal, headers: { Accept: 'application/json' } })
      if (!answer.ok) throw new Error(String(answer.status))
      this.show(await answer.json() as Place[])
    } catch {
      if (!asking.signal.aborted) this.close() // the page works without: what was typed is sent; a later question goes on
    }
  }

  private show(places: Place[]): void {
    this.places = places
    this.list.replaceChildren(...places.map((place, i) => {
      const option = document.createElement('li')
      option.id = `${this.list.id}-${i}`
      option.className = 'ts-address__option'
      option.setAttribute('role', 'option')
      option.setAttribute('aria-selected', 'false')
      option.textContent = place.name
      if (place.why) {
        const why = document.createElement('span')
        why.className = 'ts-address__why'
        why.textContent = place.why
        option.append(why)
      }
      return option
    }))
    const count = places.length
    this.status.textContent = count === 0 ? this.root.getAttribute('data-none') : (this.root.getAttribute('data-count') ?? '').replace('{n}', String(count))
    this.list.hidden = count === 0
    this.input.setAttribute('aria-expanded', String(count > 0))
    this.move(count > 0 ? 0 : -1)
  }

  private move(to: number): void {
    this.at = to
    for (const [i, option] of [...this.list.children].entries()) option.setAttribute('aria-selected', String(i === to))
    const option = this.list.children[to]
    if (option) {
      this.input.setAttribute('aria-activedescendant', option.id)
      option.scrollIntoView({ block: 'nearest' })
    } else {
      this.input.removeAttribute('aria-activedescendant')
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || this.list.hidden) return
    const last = this.places.length - 1
    switch (event.key) {
      case 'ArrowDown': this.move(this.at >= last ? 0 : this.at + 1); break
      case 'ArrowUp': this.move(this.at <= 0 ? last : this.at - 1); break
      case 'Enter': this.take(this.at); break
      case 'Escape': this.close(); break
      default: return
    }
    event.preventDefault()
  }

  private take(at: number): void {
    const place = this.places[at]
    const code = this.hidden('code'); const shown = this.hidden('for'); const old = this.hidden('old')
    if (!place || !code || !shown || !old) return
    this.input.value = shown.value = place.short
    code.value = place.code
    old.value = place.was ?? ''
    const note = this.root.querySelector('[data-ts-old]')
    if (note) note.textContent = place.why ?? ''
    const province = this.province()
    if (province) province.value = place.province
    this.root.querySelector('[data-ts-pick]')?.remove()
    this.close()
    this.input.dispatchEvent(new Event('change', { bubbles: true })) // what is saved while one fills in
  }

  private close(): void {
    this.asking?.abort()
    this.list.hidden = true
    this.input.setAttribute('aria-expanded', 'false')
    this.move(-1)
  }
}
