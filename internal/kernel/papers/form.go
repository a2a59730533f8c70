// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package papers

import (
	"strings"

	"tinhso.vn/internal/platform/pdf"
)

// Form is a form on paper: filled in for signature or fingerprint, or blank.
type Form struct {
	Title   string
	ID      string // of the definition, with its version, in the foot: a sheet that comes back is known by it
	Version string
	To      string // the agency it is addressed to; a blank sheet leaves it open
	Parts   []FormPart
	Person  string // who declares; empty leaves it to be written
	Helper  string // who filled it in for the person; empty where nobody did
	Blank   bool
}

// FormPart is a titled group of questions.
type FormPart struct {
	Title string
	Lines []FormLine
}

// FormLine is a question with its answer, with boxes to tick or with lines to
// write on.
type FormLine struct {
	Label   string
	Value   string
	Choices []string
	Lines   int
	Head    bool
	Depth   int
}

// AreaFingerprint is where who cannot write leaves a fingerprint.
const AreaFingerprint Area = "fingerprint"

// writing is the height of a line to write on, in millimetres.
const writing = 8.5

// Form draws f on A4.
func (p Press) Form(f Form) (Paper, error) {
	if err := need("title", f.Title, "form", f.ID); err != nil {
		return Paper{}, err
	}
	s := &sheet{scale: 1, areas: make(map[Area]pdf.Rect), Doc: pdf.New(pdf.Options{
		Fonts: p.Fonts, Size: pdf.A4(), Margins: pdf.Margins{Top: 18, Right: 18, Bottom: 18, Left: 28},
		Made: p.Made, Title: readable(f.Title), Author: readable(f.To), Mark: p.Mark, Numbers: true,
	})}
	s.Paragraph(nation, pdf.Para{Style: s.bold(12), Align: pdf.Center})
	s.Paragraph(motto, pdf.Para{Style: s.bold(13), Align: pdf.Center})
	half := s.Measure(motto, s.bold(13)) / 2
	middle := s.Left() + s.Width()/2
	s.Rule(middle-half, middle+half, s.Y()+0.8, 0.25)
	s.Paragraph(strings.ToUpper(readable(f.Title)), pdf.Para{Style: s.bold(14), Align: pdf.Center, Before: 8})
	to := readable(f.To)
	if to == "" {
		to = strings.Repeat("…", 30)
	}
	s.Paragraph("Kính gửi: "+to, pdf.Para{Style: s.style(13), Align: pdf.Center, Before: 3})
	s.Skip(2)
	for _, part := range f.Parts {
		s.Need(22)
		s.Paragraph(readable(part.Title), pdf.Para{Style: s.bold(13), Before: 4})
		for _, line := range part.Lines {
			s.formLine(line)
		}
	}
	s.Need(80) // nobody signs a page on which nothing stands
	s.Paragraph("Tôi cam đoan những điều khai trên đây là đúng và chịu trách nhiệm trước pháp luật về lời khai của mình.",
		pdf.Para{Style: s.style(13), Align: pdf.Justify, Before: 5})
	s.declared(f)
	s.Paragraph("Biểu mẫu "+f.ID+", phiên bản "+f.Version+".", pdf.Para{Style: s.italic(10), Before: 4})
	return s.finish()
}

func (s *sheet) formLine(l FormLine) {
	shift := 6 * float64(l.Depth)
	x, w := s.Left()+shift, s.Width()-shift
	label := readable(l.Label)
	switch {
	case l.Head:
		s.Need(16)
		y, _ := s.Box(label, x, s.Y()+2, w, pdf.Para{Style: s.bold(12)})
		s.MoveTo(y)
		return
	case len(l.Choices) > 0:
		s.choices(label, l.Choices, x, w)
		return
	case l.Lines == 0:
		value := readable(l.Value)
		if strings.Contains(value, "\n") {
			value = "\n" + value
		}
		label = asked(label) + " " + value
	default:
		label = asked(label)
	}
	para := pdf.Para{Style: s.style(12)}
	s.Need(min(s.Height(label, w, para), 60) + 2 + writing*float64(max(l.Lines, 0)))
	y, end := s.Box(label, x, s.Y()+1.6, w, para)
	if l.Lines == 0 {
		s.MoveTo(y)
		return
	}
	right := s.Left() + s.Width()
	if end+20 < right {
		s.Dots(end+1.5, right, y-0.6)
	} else {
		y += writing
		s.Dots(x, right, y-0.6)
	}
	for range l.Lines - 1 {
		y += writing
		s.Dots(x, right, y-0.6)
	}
	s.MoveTo(y + 1)
}

// asked ends a label with a colon, but not after a question mark.
func asked(label string) string {
	if strings.HasSuffix(label, "?") {
		return label
	}
	return label + ":"
}

// choices draws a question with a box before each answer; an answer is not parted
// from its box.
func (s *sheet) choices(label string, choices []string, x, w float64) {
	const box, gap, line = 3.2, 5, 6
	style := s.style(12)
	para := pdf.Para{Style: style}
	s.Need(s.Height(asked(label), w, para) + 2*line)
	y, end := s.Box(asked(label), x, s.Y()+1.6, w, para)
	top, at := y-style.Size*1.15*25.4/72, end+gap
	for _, c := range choices {
		text := readable(c)
		width := min(s.Measure(text, style)+box+1.5, w)
		if at+width > x+w {
			s.MoveTo(top + line)
			s.Need(line)
			top, at = s.Y(), x
		}
		s.Frame(at, top+1, box, box, 0.2)
		bottom, _ := s.Box(text, at+box+1.5, top, x+w-at-box-1.5, para)
		top, at = bottom-style.Size*1.15*25.4/72, at+width+gap
	}
	s.MoveTo(top + line)
}

// declared draws who helped on the left, and on the right the place for the
// signature of who declares, with a box for a fingerprint beside it.
func (s *sheet) declared(f Form) {
	s.Skip(4)
	s.Need(56)
	half, y := s.Width()/2, s.Y()
	right := s.Left() + half
	s.Line("……………, ngày …… tháng …… năm ……", right, y, half, pdf.Center, s.italic(12))
	s.Line("NGƯỜI KHAI", right, y+6, half, pdf.Center, s.bold(13))
	s.Line("(Ký, ghi rõ họ tên hoặc điểm chỉ)", right, y+11.5, half, pdf.Center, s.italic(12))
	const box = 24
	s.Frame(right+half-box, y+18, box, box, 0.25)
	s.keep(AreaFingerprint, right+half-box, y+18, box, box)
	s.Line("Điểm chỉ", right+half-box, y+18+box+0.5, box, pdf.Center, s.italic(10))
	s.keep(AreaSignature, right, y+18, half-box-4, box)
	if f.Person != "" {
		s.Line(readable(f.Person), right, y+48, half, pdf.Center, s.bold(13))
	}
	if f.Helper != "" || f.Blank {
		s.Line("NGƯỜI GIÚP KÊ KHAI", s.Left(), y+6, half-4, pdf.Center, s.bold(13))
		s.Line("(Nếu có; ký, ghi rõ họ tên)", s.Left(), y+11.5, half-4, pdf.Center, s.italic(12))
		s.Line(readable(f.Helper), s.Left(), y+48, half-4, pdf.Center, s.bold(13))
	}
	s.MoveTo(y + 56)
}
