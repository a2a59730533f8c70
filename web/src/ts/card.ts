// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Leads the signing program on this computer, which has the card in it, from
// document to document. The page only says where each document is fetched and
// brought back; what became of it is asked of the server, not of the program.
interface Paper {
  id: string
  state: 'waiting' | 'signed' | 'ended'
  why?: string
  file?: string
  field?: string
  document?: string
  upload?: string
}

type Said = { kind: 'answer'; message: string } | { kind: 'missing' } | { kind: 'silent' }

const patience = 3 * 60 * 1000 // while the PIN is asked for
const reach = 5 * 1000 // a program on this computer answers at once

function isObject(value: unknown): value is Record<string, unknown> { return typeof value === 'object' && value !== null }

// ask sends one question to the program and waits for its answer.
function ask(address: string, question: object, reached: () => void): Promise<Said> {
  return new Promise((resolve) => {
    let socket: WebSocket
    try {
      socket = new WebSocket(address)
    } catch {
      resolve({ kind: 'missing' })
      return
    }
    let opened = false
    const end = (said: Said): void => {
      clearTimeout(timer)
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
      socket.close()
      resolve(said)
    }
    let timer = setTimeout(() => { end({ kind: 'missing' }) }, reach)
    socket.onopen = () => {
      opened = true
      reached()
      clearTimeout(timer)
      timer = setTimeout(() => { end({ kind: 'silent' }) }, patience)
      socket.send(JSON.stringify(question))
    }
    socket.onmessage = (event: MessageEvent<unknown>) => {
      let message = ''
      try {
        const answer: unknown = JSON.parse(String(event.data))
        if (isObject(answer) && typeof answer['Message'] === 'string') message = answer['Message']
      } catch { /* the server knows what became of it */ }
      end({ kind: 'answer', message })
    }
    socket.onclose = socket.onerror = () => { end({ kind: opened ? 'silent' : 'missing' }) }
  })
}

// CardSigning is the section of the page with the button.
export class CardSigning {
  private readonly button: HTMLButtonElement | null
  private readonly status: HTMLElement | null
  private readonly missing: HTMLElement | null

  constructor(private readonly root: Element) {
    this.button = root.querySelector<HTMLButtonElement>('[data-ts-begin]')
    this.status = root.querySelector<HTMLElement>('[data-ts-status]')
    this.missing = root.querySelector<HTMLElement>('[data-ts-missing]')
    if (!this.button) return
    this.button.hidden = false
    root.querySelector<HTMLElement>('[data-ts-how]')?.removeAttribute('hidden')
    this.button.addEventListener('click', () => { void this.begin() })
  }

  private text(name: string): string { return this.root.getAttribute(`data-text-${name}`) ?? '' }

  private say(text: string, missing = false): void {
    if (this.status) this.status.textContent = text
    if (this.missing) this.missing.hidden = !missing
  }

  private progress(id: string, text: string): void {
    const place = document.querySelector(`[data-ts-paper="${CSS.escape(id)}"] [data-ts-progress]`)
    if (place) place.textContent = ' · ' + text
  }

  private async papers(method: 'GET' | 'POST'): Promise<Paper[] | string> {
    try {
      const answer = await fetch(this.root.getAttribute('data-start') ?? '', { method, headers: { Accept: 'application/json' } })
      const body: unknown = await answer.json()
      if (!answer.ok) return isObject(body) && typeof body['detail'] === 'string' ? body['detail'] : this.text('lost')
      return isObject(body) && Array.isArray(body['papers']) ? body['papers'] as Paper[] : this.text('lost')
    } catch {
      return this.text('lost')
    }
  }

  private async begin(): Promise<void> {
    if (this.button) this.button.disabled = true
    this.say(this.text('connecting'))
    const open = await this.papers('POST')
    if (typeof open === 'string') {
      this.say(open)
    } else if (await this.each(open)) {
      this.say(this.text('done'))
      location.reload()
      return
    }
    if (this.button) this.button.disabled = false
  }

  // each signs one document after the other and reports whether none is left.
  private async each(papers: Paper[]): Promise<boolean> {
    let left = false
    for (const paper of papers) {
      if (paper.state !== 'waiting' || !paper.document || !paper.upload) continue
      this.progress(paper.id, this.text('signing'))
      const said = await ask(this.root.getAttribute('data-address') ?? '', {
        FileUploadHandler: new URL(paper.upload, location.href).href,
        SessionId: '',
        FileName: new URL(paper.document, location.href).href,
        DocNumber: '',
        MetaData: [{ Key: 'Field', Value: paper.field }, { Key: 'Name', Value: paper.file }]
      }, () => { this.say(this.text('asking')) })
      const now = await this.papers('GET')
      if (typeof now === 'string') { this.say(now); return false }
      const became = now.find((one) => one.id === paper.id)
      if (became?.state !== 'waiting') {
        this.progress(paper.id, became?.why ?? this.text('signed'))
        continue
      }
      left = true
      if (said.kind !== 'answer') {
        this.progress(paper.id, this.text('failed'))
        this.say(this.text(said.kind), said.kind === 'missing')
        return false // the next would fare no better
      }
      this.progress(paper.id, [this.text('failed'), said.message || became.why].filter(Boolean).join(': '))
    }
    if (left) this.say(this.text('some'))
    return !left
  }
}
