// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

// The queries over tables that grow, for the test of their plans.
var (
	ItemsQuery    = itemsQuery
	MessagesQuery = messagesQuery
	CountPastSQL  = countPast
	ForgetPastSQL = forgetPast
)
