// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// copyButtons shows the "copy" buttons, which without JavaScript stay hidden.
export function copyButtons(scope: ParentNode): void {
  for (const button of scope.querySelectorAll<HTMLButtonElement>('button[data-ts-copy][hidden]')) {
    const source = document.getElementById(button.dataset['tsCopy'] ?? '')
    if (!source || !('clipboard' in navigator)) continue
    button.hidden = false
    button.addEventListener('click', () => {
      void navigator.clipboard.writeText(source.textContent?.trim() ?? '').then(() => {
        const status = button.parentElement?.querySelector('[role="status"]')
        if (status) status.textContent = button.dataset['tsCopied'] ?? ''
      })
    })
  }
}
