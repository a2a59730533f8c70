// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

const warning = 120 // seconds before the session locks

// Idle warns before the session locks. Another tab may be in use: the server is
// asked how much is left, which does not count as use.
export class Idle {
  constructor(private readonly root: Element) {
    this.later(Number(root.getAttribute('data-seconds')))
    root.querySelector('button')?.addEventListener('click', () => { void this.ask('POST', root.getAttribute('data-stay')) })
  }

  private later(left: number): void {
    setTimeout(() => { void this.ask('GET', this.root.getAttribute('data-ask')) }, Math.max(5, left - warning) * 1000)
  }

  private async ask(method: string, address: string | null): Promise<void> {
    try {
      const answer = await fetch(address ?? '', { method, headers: { Accept: 'application/json' }, redirect: 'manual' })
      if (!answer.ok) { this.gone(); return }
      const { seconds } = await answer.json() as { seconds: number }
      this.show(seconds > 0 && seconds <= warning)
      if (seconds > warning) this.later(seconds)
      else if (seconds > 0) setTimeout(() => { void this.ask('GET', this.root.getAttribute('data-ask')) }, (seconds + 1) * 1000)
    } catch { // the line is down: ask again
      this.later(warning)
    }
  }

  private show(on: boolean): void { if (this.root instanceof HTMLElement) this.root.hidden = !on }

  private gone(): void {
    const words = document.createElement('p')
    words.textContent = this.root.getAttribute('data-gone')
    const link = document.createElement('a')
    link.href = '/dang-nhap?next=/tai-khoan'
    link.target = '_blank'
    link.rel = 'noopener'
    link.className = 'ts-link'
    link.textContent = this.root.getAttribute('data-gone-link')
    this.root.replaceChildren(words, link)
    this.show(true)
  }
}
