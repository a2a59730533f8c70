// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/procedures"
)

// Offer implements procedures.Offerer: what a question finds, and without a
// question the first procedures of the list.
func (s *Service) Offer(ctx context.Context, question string, limit int) ([]procedures.Version, error) {
	if question == "" {
		page, err := s.List(ctx, Filter{}, "", limit)
		return page.Items, err
	}
	found, err := s.Search(ctx, question, Filter{})
	return found.Items[:min(limit, len(found.Items))], err
}
