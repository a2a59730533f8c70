// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Hall draws the calling screen again when the server says that it shows something
// else, or every few seconds where there is no such line, and speaks new numbers
// with a voice of the device where somebody has pressed the button. Without it the
// page is asked for again as a whole. When the line is down the last state stays.
export class Hall {
  private said = new Set<string>()
  private speaks = false
  private timer: number | undefined

  constructor(private readonly root: Element) {
    this.said = new Set(this.calls().map(([key]) => key))
    this.ask()
    const live = root.getAttribute('data-live')
    if (live && 'EventSource' in window) this.listen(live)
    this.voice()
  }

  private ask(): void {
    const every = Number(this.root.getAttribute('data-every')) || 5
    this.timer ??= window.setInterval(() => { void this.look() }, every * 1000)
  }

  // listen asks no more by itself while the line stands.
  private listen(live: string): void {
    const line = new EventSource(live)
    line.addEventListener('open', () => {
      window.clearInterval(this.timer)
      this.timer = undefined
    })
    line.addEventListener('error', () => { this.ask() })
    line.addEventListener('hall', () => { void this.look() })
  }

  private calls(): [string, string, string][] {
    return [...this.root.querySelectorAll<HTMLElement>('tr[data-number]')].map((row) => {
      const { number = '', counter = '', times = '' } = row.dataset
      return [`${number}/${counter}/${times}`, number, counter]
    })
  }

  private async look(): Promise<void> {
    let text: string
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' })
      if (!answer.ok) return
      text = await answer.text()
    } catch { return }
    const fresh = new DOMParser().parseFromString(text, 'text/html')
    for (const part of ['[data-ts-hall]', '.ts-hall__clock']) {
      const from = fresh.querySelector(part)
      const to = this.root.querySelector(part)
      if (from && to && from.innerHTML !== to.innerHTML) to.replaceChildren(...[...from.childNodes].map((n) => document.importNode(n, true)))
    }
    const now = this.calls()
    for (const [key, number, counter] of now.reverse()) if (!this.said.has(key)) this.speak(number, counter)
    this.said = new Set(now.map(([key]) => key))
  }

  private find(): SpeechSynthesisVoice | undefined {
    const lang = document.documentElement.lang
    return speechSynthesis.getVoices().find((v) => v.lang.toLowerCase().startsWith(lang))
  }

  private voice(): void {
    const button = this.root.querySelector<HTMLButtonElement>('[data-ts-voice]')
    if (!button || !('speechSynthesis' in window)) return
    const show = (): void => { button.hidden = this.find() === undefined }
    show()
    speechSynthesis.addEventListener('voiceschanged', show)
    button.addEventListener('click', () => {
      this.speaks = !this.speaks
      button.setAttribute('aria-pressed', String(this.speaks))
      if (!this.speaks) speechSynthesis.cancel()
    })
  }

  // speak says letter by letter and digit by digit: "H 0 1 2".
  private speak(number: string, counter: string): void {
    const voice = this.speaks ? this.find() : undefined
    if (!voice) return
    const words = (this.root.getAttribute('data-speak') ?? '').replace('NUMBER', [...number].join(' ')).replace('COUNTER', counter)
    const one = new SpeechSynthesisUtterance(words)
    one.voice = voice
    one.lang = voice.lang
    speechSynthesis.speak(one)
  }
}
