// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

declare module 'govuk-frontend/dist/govuk/components/*' {
  type Component = new (root: Element) => object
  export const CharacterCount: Component
  export const Checkboxes: Component
  export const ErrorSummary: Component
  export const FileUpload: Component
  export const NotificationBanner: Component
  export const Tabs: Component
}
