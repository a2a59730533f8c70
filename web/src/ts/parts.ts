// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// uploadParts sends large files in parts as soon as they are chosen, with a bar,
// a pause, and without losing what has come when the line breaks or the page is
// loaded again. The input carries data-ts-parts (where to send), data-ts-parts-as
// (name of the field that says what was sent) and data-ts-parts-text. Small files,
// and all files where this script does not run, go with the form.
export function uploadParts(scope: ParentNode): void {
  for (const input of scope.querySelectorAll<HTMLInputElement>('input[type="file"][data-ts-parts]:not([data-ts-parted])')) {
    input.setAttribute('data-ts-parted', '')
    new Parts(input)
  }
}

const large = 4 << 20
const least = 4 << 20
const most = 1000 // parts of one file

interface Kept { id: string, name: string, size: number, modified: number }

class Parts {
  readonly list: HTMLUListElement
  readonly text: Record<string, string>
  readonly items = new Set<Item>()
  readonly to: string
  private readonly key: string

  constructor(readonly input: HTMLInputElement) {
    this.to = input.dataset['tsParts'] ?? ''
    this.text = JSON.parse(input.dataset['tsPartsText'] ?? '{}') as Record<string, string>
    this.key = `ts-parts:${location.pathname}:${input.dataset['tsPartsAs'] ?? ''}`
    this.list = document.createElement('ul')
    this.list.className = 'ts-parts'
    const after = input.closest('.ts-form-group') ?? input
    after.after(this.list)
    input.addEventListener('change', () => { this.take() })
    input.form?.addEventListener('submit', (event) => { this.submit(event) }, true)
    for (const kept of this.kept()) new Item(this, kept)
  }

  // take sends the large ones of the chosen files and leaves the others to the form.
  private take(): void {
    const files = [...(this.input.files ?? [])]
    const limit = Number(this.input.dataset['tsMaxBytes'])
    const own = files.filter((file) => file.size > large && file.size <= limit)
    if (own.length === 0 || typeof DataTransfer === 'undefined') return
    const rest = new DataTransfer()
    for (const file of files) if (!own.includes(file)) rest.items.add(file)
    this.input.files = rest.files
    this.input.dispatchEvent(new Event('change', { bubbles: true }))
    for (const file of own) {
      const known = [...this.items].find((item) => item.is(file))
      if (known) known.resume(file)
      else new Item(this, { id: '', name: file.name, size: file.size, modified: file.lastModified }).resume(file)
    }
  }

  private submit(event: Event): void {
    const busy = [...this.items].find((item) => item.busy())
    if (busy === undefined) return
    event.preventDefault()
    event.stopImmediatePropagation()
    busy.say(this.text['wait'] ?? '')
    busy.focus()
  }

  private kept(): Kept[] {
    try { return JSON.parse(localStorage.getItem(this.key) ?? '[]') as Kept[] } catch { return [] }
  }

  remember(): void {
    const all = [...this.items].map((item) => item.file).filter((file) => file.id !== '')
    try { localStorage.setItem(this.key, JSON.stringify(all)) } catch { /* then a reload begins anew */ }
  }
}

class Item {
  private readonly row = document.createElement('li')
  private readonly bar = document.createElement('progress')
  private readonly line = document.createElement('span')
  private readonly toggle = button()
  private readonly field = document.createElement('input')
  private content: File | null = null
  private request: XMLHttpRequest | null = null
  private done = 0
  private state: 'going' | 'paused' | 'again' | 'done' = 'again'
  private failed = 0

  constructor(private readonly parts: Parts, readonly file: Kept) {
    const name = document.createElement('b')
    name.textContent = file.name
    this.bar.max = file.size
    this.bar.setAttribute('aria-label', file.name)
    this.line.setAttribute('role', 'status')
    this.row.tabIndex = -1
    const remove = button()
    remove.textContent = parts.text['remove'] ?? ''
    remove.setAttribute('aria-label', `${remove.textContent} ${file.name}`)
    remove.addEventListener('click', () => { this.remove() })
    this.toggle.addEventListener('click', () => { if (this.state === 'going') this.pause(); else this.resume(this.content) })
    this.field.type = 'hidden'
    this.field.name = parts.input.dataset['tsPartsAs'] ?? ''
    this.row.append(name, this.bar, this.line, this.toggle, remove)
    parts.list.append(this.row)
    parts.items.add(this)
    this.show()
    if (file.id !== '') void this.ask()
  }

  is(file: File): boolean {
    return file.name === this.file.name && file.size === this.file.size && file.lastModified === this.file.modified
  }

  busy(): boolean { return this.state === 'going' }
  focus(): void { this.row.focus() }
  say(text: string): void { this.line.textContent = text }

  resume(content: File | null): void {
    if (content === null || this.state === 'done' || this.state === 'going') return
    this.content = content
    this.state = 'going'
    this.failed = 0
    this.show()
    void this.run()
  }

  private pause(): void {
    this.state = 'paused'
    this.request?.abort()
    this.show()
  }

  private remove(): void {
    this.state = 'paused'
    this.request?.abort()
    if (this.file.id !== '') void fetch(`${this.parts.to}/${this.file.id}`, { method: 'DELETE' })
    this.forget()
  }

  private forget(): void {
    this.parts.items.delete(this)
    this.parts.remember()
    this.row.remove()
  }

  // ask finds out how much has come.
  private async ask(): Promise<boolean> {
    const answer = await fetch(`${this.parts.to}/${this.file.id}`, { method: 'HEAD' })
    if (answer.status === 410) {
      if (this.content === null) this.forget()
      this.file.id = ''
      this.done = 0
      return true
    }
    if (!answer.ok) return false
    this.done = Number(answer.headers.get('Upload-Offset'))
    if (this.done === this.file.size) this.complete()
    this.show()
    return true
  }

  private async begin(): Promise<boolean> {
    const answer = await fetch(this.parts.to, { method: 'POST', headers: { 'Upload-Length': String(this.file.size), 'Upload-Name': encodeURIComponent(this.file.name) } })
    if (!answer.ok) return await this.refused(answer.status, await answer.text())
    const state = await answer.json() as { id: string }
    this.file.id = state.id
    this.done = 0
    this.parts.remember()
    return true
  }

  private async run(): Promise<void> {
    while (this.state === 'going') {
      try {
        const ok = this.file.id === '' ? await this.begin() : this.failed > 0 ? await this.ask() : true
        if (this.state !== 'going') return
        if (ok && this.file.id !== '' && await this.send()) this.failed = 0
        else this.failed++
      } catch { this.failed++ }
      if (this.done === this.file.size && this.file.id !== '') this.complete()
      else if (this.failed > 0 && this.busy()) {
        this.words('broken')
        await wait(Math.min(30_000, 500 * 2 ** this.failed))
      }
    }
  }

  // send sends the next part.
  private send(): Promise<boolean> {
    const size = Math.max(least, Math.ceil(this.file.size / most))
    const part = this.content?.slice(this.done, this.done + size)
    return new Promise((resolve) => {
      const request = new XMLHttpRequest()
      this.request = request
      request.open('PATCH', `${this.parts.to}/${this.file.id}`)
      request.setRequestHeader('Content-Type', 'application/offset+octet-stream')
      request.setRequestHeader('Upload-Offset', String(this.done))
      request.upload.onprogress = (event) => { this.show(event.loaded) }
      request.onerror = request.onabort = request.ontimeout = () => { resolve(false) }
      request.onload = () => {
        if (request.status === 200) {
          this.done = Number(request.getResponseHeader('Upload-Offset'))
          this.show()
          resolve(true)
        } else if (request.status === 409 || request.status >= 500) resolve(false)
        else void this.refused(request.status, request.responseText).then(resolve)
      }
      request.send(part)
    })
  }

  // refused says why the server will not take it; trying again would not help.
  private refused(status: number, body: string): Promise<boolean> {
    if (status >= 500 || status === 429) return Promise.resolve(false)
    this.state = 'paused'
    this.show()
    try { this.say((JSON.parse(body) as { detail?: string }).detail ?? '') } catch { this.say(String(status)) }
    return Promise.resolve(false)
  }

  private complete(): void {
    if (this.state === 'done') return
    this.state = 'done'
    this.field.value = this.file.id
    this.row.append(this.field)
    this.show()
  }

  private show(more = 0): void {
    this.bar.value = Math.min(this.file.size, this.done + more)
    this.toggle.hidden = this.state === 'done' || this.content === null
    this.toggle.textContent = this.parts.text[this.state === 'going' ? 'pause' : 'go_on'] ?? ''
    this.words(this.state)
  }

  private words(key: string): void {
    this.line.textContent = (this.parts.text[key] ?? '').replace('{done}', megabytes(this.bar.value)).replace('{size}', megabytes(this.file.size))
  }
}

function button(): HTMLButtonElement {
  const b = document.createElement('button')
  b.type = 'button'
  b.className = 'ts-button ts-button--secondary ts-button--small'
  return b
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => { clearTimeout(timer); window.removeEventListener('online', go); resolve() }
    const timer = setTimeout(go, ms)
    window.addEventListener('online', go)
  })
}

function megabytes(bytes: number): string {
  return `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes / 2 ** 20)} MB`
}
