// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// fileSizes says how large the chosen files are, before they travel. The input
// carries data-ts-max-bytes and the texts data-ts-size-text ("Đã chọn: {size}")
// and data-ts-too-large-text ("Tệp quá lớn: {size}, tối đa {max}").
export function fileSizes(scope: ParentNode): void {
  for (const input of scope.querySelectorAll<HTMLInputElement>('input[type="file"][data-ts-max-bytes]:not([data-ts-sized])')) {
    input.setAttribute('data-ts-sized', '')
    const line = document.createElement('p')
    line.className = 'ts-hint ts-file-size'
    line.setAttribute('role', 'status')
    input.after(line)
    input.addEventListener('change', () => { show(input, line) })
  }
}

function show(input: HTMLInputElement, line: HTMLElement): void {
  const most = Number(input.dataset['tsMaxBytes'])
  const sizes = [...(input.files ?? [])].map((file) => file.size)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const large = sizes.some((size) => size > most)
  const text = (large ? input.dataset['tsTooLargeText'] : input.dataset['tsSizeText']) ?? '{size}'
  line.textContent = sizes.length === 0 ? '' : text.replace('{size}', size(total)).replace('{max}', size(most))
  line.classList.toggle('ts-file-size--large', large)
}

function size(bytes: number): string {
  const [value, unit] = bytes >= 1_000_000 ? [bytes / 1_000_000, 'MB'] : [bytes / 1000, 'KB']
  return `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(value)} ${unit}`
}
