// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// The counter goes on while there is no line. What a clerk writes down is kept
// first and sent then: on the same page when there is a line, by itself when it
// comes back. Each form has a key of its own, so that it is one dossier however
// often it is sent.
import { flag, list, pageCache, save, seal, unseal, waits, type Item } from './counterstore'
import { drop, Ended, FilesField, forget, keep, Refused, send as sendFile, sweep, type Taken as TakenFile } from './counterfiles'
import { worker } from './worker'

interface Taken { state: 'accepted' | 'sent' | 'draft' | 'files', code: string, to: string, wrongs: string[], missing?: string[] }

// fileField is the name under which a form says which files belong to it.
const fileField = 'taken-file'

const fresh = 4 * 3600_000 // milliseconds for which an empty form is not fetched again
const every = 15_000 // milliseconds between two tries
const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

export class Counter {
  private readonly owner: string
  private items: Item[] = []
  private line = navigator.onLine
  private ended = false
  private said = ''
  private readonly progress = new Map<string, string>() // of files, by item
  private readonly rows = new Map<string, { says: string, row: HTMLLIElement }>() // as they stand, by item
  private fields: FilesField[] = []

  constructor(private readonly root: Element) {
    this.owner = this.data('owner')
    void this.begin()
  }

  private data(name: string): string { return this.root.getAttribute(`data-${name}`) ?? '' }

  private text(name: string, words: Record<string, string> = {}): string {
    return Object.entries(words).reduce((text, [key, value]) => text.replace(`{${key}}`, value), this.data(`text-${name}`))
  }

  private async begin(): Promise<void> {
    try {
      if (!('serviceWorker' in navigator)) throw new Error('no service worker')
      this.items = await list()
      const last = JSON.parse(localStorage.getItem(flag) ?? 'null') as { owner: string } | null
      if (last !== null && last.owner !== this.owner) await caches.delete(pageCache) // they carry the name of another clerk
      localStorage.setItem(flag, JSON.stringify({ owner: this.owner, text: this.data('text-signout') }))
    } catch { // the form is sent as every other
      this.said = this.text('unsafe')
      this.show()
      return
    }
    window.addEventListener('submit', (event) => { this.submit(event) }, { capture: true }) // before those that send
    window.addEventListener('online', () => { void this.send() })
    window.addEventListener('offline', () => { this.line = false; this.show() })
    setInterval(() => { void this.send() }, every)
    this.card()
    this.fields = [...document.querySelectorAll<HTMLElement>('[data-ts-counter-files]')].map((root) => new FilesField(root))
    this.show()
    await this.keepPages().catch(() => undefined)
    await this.send()
    await sweep(new Set(this.items.filter(waits).flatMap((item) => item.files ?? []))).catch(() => undefined)
    document.body.setAttribute('data-ts-counter-ready', '')
  }

  // keepPages keeps the empty forms, as they are now, with what they are made of.
  private async keepPages(): Promise<void> {
    await worker()
    await navigator.serviceWorker.ready
    const kept = await caches.open(pageCache)
    for (const path of JSON.parse(this.data('pages')) as string[]) {
      const before = await kept.match(path)
      if (before && path !== location.pathname && Date.now() - Date.parse(before.headers.get('Date') ?? '') < fresh) continue
      const page = await fetch(path, { cache: 'no-store', redirect: 'error' })
      if (page.ok) await kept.put(path, page)
    }
    await import('./radios') // forms have some: without a line it is too late to ask for it
    const assets = performance.getEntriesByType('resource').map((e) => new URL(e.name)).filter((u) => u.origin === location.origin && u.pathname.startsWith('/assets/'))
    await kept.addAll([...new Set(assets.map((u) => u.pathname))])
  }

  private submit(event: SubmitEvent): void {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-ts-counter-form')) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (form.hasAttribute('data-ts-busy')) return
    form.setAttribute('data-ts-busy', '')
    void this.take(form).finally(() => { form.removeAttribute('data-ts-busy') })
  }

  private async take(form: HTMLFormElement): Promise<void> {
    const id = crypto.randomUUID()
    const number = [...crypto.getRandomValues(new Uint8Array(6))].map((n) => letters[n % letters.length]).join('')
    const sent = new URLSearchParams()
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') sent.append(name, value)
    sent.set('key', id)
    const kept: TakenFile[] = []
    try {
      for (const field of this.fields) for (const file of await field.files()) kept.push(await keep(file, this.owner, field.paper))
    } catch { // no room: the form stays as it is
      await drop(kept).catch(() => undefined)
      this.said = this.text('full')
      this.show()
      this.root.scrollIntoView()
      return
    }
    for (const file of kept) sent.append(fileField, JSON.stringify(file))
    const item: Item = {
      id, owner: this.owner, at: Date.now(), number: `T-${number}`, action: form.getAttribute('action') ?? '', name: form.dataset['name'] ?? '', state: 'queued', said: '', to: ''
    }
    await seal({ ...item, files: kept.map((file) => file.id) }, sent.toString())
    this.said = ''
    for (const field of this.fields) field.clear()
    const owner = sent.get('owner.name') ?? ''
    form.reset()
    for (const name of ['owner.card', 'owner.born', 'owner.sex']) this.set(form, name, '')
    await this.send()
    const now = this.items.find((one) => one.id === id)
    if (now?.state === 'accepted' && now.to !== '') { location.assign(now.to); return }
    if (now && waits(now)) this.slip(now, owner)
    else this.root.scrollIntoView()
  }

  /** send sends what waits, one after the other, in one tab at a time. */
  private async send(): Promise<void> {
    await navigator.locks.request('ts-counter', async () => {
      this.items = await list()
      this.ended = false
      for (const item of this.items.filter((one) => one.owner === this.owner && one.state === 'queued' && waits(one))) {
        if (!await this.sendOne(item)) break
      }
    })
    this.items = await list()
    this.show()
  }

  // sendOne reports whether there is a line.
  private async sendOne(item: Item, again = true): Promise<boolean> {
    let answer: Response
    const form = new URLSearchParams(await unseal(item))
    const files = form.getAll(fileField).map((one) => JSON.parse(one) as TakenFile)
    try {
      form.delete(fileField)
      for (const [n, file] of files.entries()) form.append(fileField, JSON.stringify({ paper: file.paper, sha256: file.sha256, upload: await this.sendFile(item, files, n) }))
      answer = await fetch(item.action, {
        method: 'POST', body: form.toString(), redirect: 'manual', cache: 'no-store',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' }
      })
    } catch (why) {
      if (why instanceof Refused) {
        await save({ ...item, state: 'refused', said: why.message })
        return true
      }
      if (why instanceof Ended) this.ended = true
      else this.line = false
      return false
    } finally { this.progress.delete(item.id) }
    this.line = true
    const json = /json/.test(answer.headers.get('Content-Type') ?? '')
    if (answer.ok && json) {
      const taken = await answer.json() as Taken
      if (taken.state === 'files') { // the server has lost some, or has cleaned up: they are sent from the beginning
        for (const file of files) if (taken.missing?.includes(file.sha256)) await forget(file.id)
        return again ? await this.sendOne(item, false) : false
      }
      const { nonce: _n, sealed: _s, files: _f, ...known } = item
      await drop(files)
      await save({ ...known, state: taken.state, said: taken.state === 'draft' ? taken.wrongs.join('; ') : taken.code, to: taken.to })
      return true
    }
    if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) {
      this.ended = true
      return false
    }
    if (answer.status >= 500 || answer.status === 429) return false // it waits
    const told = json ? await answer.json() as { detail?: string, title?: string } : {}
    await save({ ...item, state: 'refused', said: told.detail ?? told.title ?? String(answer.status) })
    return true
  }

  private async sendFile(item: Item, all: TakenFile[], n: number): Promise<string> {
    const file = all[n]
    if (!file) throw new Error('no such file')
    const of = all.reduce((sum, one) => sum + one.size, 0)
    const before = all.slice(0, n).reduce((sum, one) => sum + one.size, 0)
    const bytes = new Intl.NumberFormat(this.data('lang'), { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 })
    return await sendFile(this.owner, file, (done) => {
      this.progress.set(item.id, this.text('parts', { done: bytes.format((before + done) / 1e6), of: bytes.format(of / 1e6) }))
      this.show()
    })
  }

  private show(): void {
    const own = this.items.filter((item) => item.owner === this.owner)
    const waiting = own.filter(waits)
    const others = this.items.filter((item) => item.owner !== this.owner && waits(item)).length
    const lines = [this.said, this.line ? '' : this.text('offline'), this.ended ? this.text('ended') : '', others > 0 ? this.text('others', { n: String(others) }) : '']
    const count = this.root.querySelector('[data-ts-count]')
    if (count) count.textContent = waiting.length > 0 ? this.text('waiting', { n: String(waiting.length) }) : this.text('none')
    const line = this.root.querySelector('[data-ts-line]')
    if (line && line.textContent !== lines.filter(Boolean).join(' ')) line.textContent = lines.filter(Boolean).join(' ')
    this.place(own.map((item) => this.kept(item)))
    ;(this.root as HTMLElement).hidden = own.length === 0 && lines.every((text) => text === '')
    for (const form of document.querySelectorAll<HTMLElement>('[data-ts-needs-line]')) form.toggleAttribute('inert', !this.line)
  }

  // place puts the rows there. One that says the same stays where it is: somebody may
  // be pressing its link, or stand on it.
  private place(rows: HTMLLIElement[]): void {
    const there = this.root.querySelector('[data-ts-items]')
    if (!there) return
    for (const old of [...there.children]) if (!rows.includes(old as HTMLLIElement)) old.remove()
    rows.forEach((row, n) => { if (there.children[n] !== row) there.insertBefore(row, there.children[n] ?? null) })
  }

  // kept is the row of an item: the one that is there, unless it would say something else.
  private kept(item: Item): HTMLLIElement {
    const says = JSON.stringify([item.name, item.at, item.state, item.said, item.to, this.progress.get(item.id)])
    const before = this.rows.get(item.id)
    if (before?.says === says) return before.row
    const row = this.row(item)
    this.rows.set(item.id, { says, row })
    return row
  }

  private row(item: Item): HTMLLIElement {
    const row = document.createElement('li')
    const number = document.createElement('b')
    number.textContent = this.text('number', { number: item.number })
    const words: Record<Item['state'], string> = {
      queued: this.text('queued'), refused: this.text('refused', { why: item.said }), draft: this.text('draft', { why: item.said }),
      accepted: this.text('accepted', { code: item.said }), sent: this.text('accepted', { code: item.said })
    }
    const at = new Date(item.at).toLocaleTimeString(this.data('lang'), { hour: '2-digit', minute: '2-digit' })
    row.append(number, ` · ${item.name} · ${at}`, document.createElement('br'), this.progress.get(item.id) ?? words[item.state])
    if (item.to !== '') {
      const link = document.createElement('a')
      link.href = item.to
      link.className = 'ts-link'
      link.textContent = `${this.text('open')} ${item.number}`
      row.append(' · ', link)
    }
    if (item.state === 'refused') {
      const again = document.createElement('button')
      again.type = 'button'
      again.className = 'ts-link-button'
      again.textContent = `${this.text('again')} ${item.number}`
      again.addEventListener('click', () => { void save({ ...item, state: 'queued' }).then(() => this.send()) })
      row.append(' · ', again)
    }
    return row
  }

  // slip shows what the person takes home. Nothing of it is kept.
  private slip(item: Item, owner: string): void {
    const slip = document.querySelector<HTMLElement>('[data-ts-slip]')
    const put = (name: string, value: string): void => {
      const place = slip?.querySelector(`[data-ts-slip-${name}]`)
      if (place) place.textContent = value
    }
    put('number', item.number)
    put('name', item.name)
    put('owner', owner)
    put('at', new Date(item.at).toLocaleString(this.data('lang'), { dateStyle: 'short', timeStyle: 'short' }))
    if (!slip) return
    slip.hidden = false
    slip.querySelector('[data-ts-slip-print]')?.addEventListener('click', () => { window.print() }, { once: false })
    slip.focus()
    slip.scrollIntoView()
  }

  private set(form: HTMLFormElement, name: string, value: string): void {
    const control = form.elements.namedItem(name)
    if (control instanceof HTMLInputElement) control.value = value
  }

  // card fills the fields from the code of an identity card, which a scanner types.
  private card(): void {
    const field = document.querySelector<HTMLInputElement>('[data-ts-card-code]')
    field?.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !field.form) return
      event.preventDefault()
      const [number = '', , name = '', born = '', sex = '', address = ''] = field.value.trim().split('|')
      if (number.length !== 12 || name === '' || !/^\d{8}$/.test(born)) return
      for (const [key, value] of Object.entries({
        number, name, address, card: number, born: `${born.slice(4)}-${born.slice(2, 4)}-${born.slice(0, 2)}`,
        sex: ({ nam: 'male', nữ: 'female' } as Record<string, string>)[sex.normalize('NFC').toLowerCase()] ?? ''
      })) this.set(field.form, `owner.${key}`, value)
      field.value = ''
      field.form.querySelector<HTMLInputElement>('[name="owner.phone"]')?.focus()
    })
  }
}
