// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Reads the page aloud with a voice of the device. A button shows itself only
// where there is a voice for the language of the page; nothing leaves the device.
const longest = 180 // letters of a sentence: long ones are cut off by some voices

export function aloud(root: Document): void {
  const button = root.querySelector<HTMLButtonElement>('[data-ts-aloud]')
  const state = root.querySelector<HTMLElement>('[data-ts-aloud-state]')
  const lang = root.documentElement.lang
  const voiceFor = (code: string): SpeechSynthesisVoice | undefined => {
    const all = speechSynthesis.getVoices().filter((v) => v.lang.toLowerCase().startsWith(code))
    return all.find((v) => v.localService) ?? all[0]
  }
  const look = (): void => {
    const works = voiceFor(lang) !== undefined
    if (button) button.hidden = !works
    if (state) state.textContent = (works ? state.dataset['works'] : state.dataset['none']) ?? ''
  }
  look()
  speechSynthesis.addEventListener('voiceschanged', look)
  window.addEventListener('pagehide', () => { speechSynthesis.cancel() })
  if (!button) return
  const begin = button.textContent
  const ended = (): void => { button.textContent = begin }
  button.addEventListener('click', () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel()
      ended()
      return
    }
    const said = sentences(root)
    for (const [i, [text, code]] of said.entries()) {
      const voice = voiceFor(code)
      if (!voice) continue
      const one = new SpeechSynthesisUtterance(text)
      one.voice = voice
      one.lang = voice.lang
      if (i === said.length - 1) one.addEventListener('end', ended)
      one.addEventListener('error', ended)
      speechSynthesis.speak(one)
    }
    button.textContent = button.dataset['stop'] ?? begin
  })
}

// sentences are what the page says, each with its language.
function sentences(root: Document): [string, string][] {
  const all: [string, string][] = []
  for (const block of root.querySelectorAll<HTMLElement>('main :is(h1, h2, h3, p, li, dt, dd, th, td, label, legend, summary)')) {
    if (block.querySelector('p, li, dt, dd, label, h2, h3') || !block.checkVisibility?.()) continue
    const code = block.closest('[lang]')?.getAttribute('lang') ?? root.documentElement.lang
    let rest = block.innerText.replace(/\s+/g, ' ').trim()
    while (rest !== '') {
      const cut = rest.length <= longest ? rest.length : Math.max(rest.lastIndexOf(' ', longest), 1)
      all.push([rest.slice(0, cut).trim(), code])
      rest = rest.slice(cut).trim()
    }
  }
  return all
}
