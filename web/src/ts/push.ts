// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

import { worker } from './worker'

// Lets this browser be told: asks for permission, subscribes with the key of the
// site, and sends the form with where it is reached.
export class Push {
  private readonly form: HTMLFormElement

  constructor(root: Element) {
    this.form = root as HTMLFormElement
    const button = this.form.querySelector('button')
    if (!button || !('serviceWorker' in navigator) || !('PushManager' in window)) return
    button.hidden = false
    this.form.addEventListener('submit', (event) => {
      event.preventDefault()
      void this.subscribe()
    })
  }

  private async subscribe(): Promise<void> {
    try {
      const here = await worker()
      await navigator.serviceWorker.ready
      const subscription = await here.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.form.dataset.key ?? '' })
      const said = subscription.toJSON()
      this.set('endpoint', said.endpoint ?? '')
      this.set('p256dh', said.keys?.p256dh ?? '')
      this.set('auth', said.keys?.auth ?? '')
      this.form.submit()
    } catch {
      const status = this.form.querySelector('[role="status"]')
      if (status) status.textContent = this.form.dataset.refused ?? ''
    }
  }

  private set(name: string, value: string): void {
    const field = this.form.querySelector<HTMLInputElement>(`input[name="${name}"]`)
    if (field) field.value = value
  }
}
