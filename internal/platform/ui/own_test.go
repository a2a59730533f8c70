// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// TestOwnComponents looks at those that have no fixture upstream. The lines are
// of the normal form: name, attributes by name, texts in quotes.
func TestOwnComponents(t *testing.T) {
	t.Parallel()
	list := WorkListParams{
		Caption: "Việc", Action: "/lam", PickName: "dossier", PickLabel: "Chọn", Head: []string{"Hồ sơ", "Bước"}, Hidden: []HiddenField{{"csrf", "t0ken"}},
		Bulk: &BulkParams{SelectedText: "{count} đã chọn", NoneText: "Với hồ sơ đã chọn", Actions: []DeskAction{{ButtonParams: ButtonParams{Text: "Chuyển"}, Key: "e"}}},
		Rows: []WorkRow{{Value: "7", PickLabel: "Chọn A", Picked: true, Cells: []WorkCell{{Text: "A", Href: "/a", Sub: "người nộp"}, {Text: "quá 3 giờ", Tone: ToneLate}}}},
	}
	reading := list
	reading.Action, reading.Bulk = "", nil
	for _, c := range []struct {
		name   string
		got    templ.Component
		has    []string
		hasNot []string
	}{
		{"in time", DeadlineTag(Deadline{DeadlineOK, "Trong hạn"}), []string{"strong[class=ts-tag ts-tag--ok]", `"Trong hạn"`}, nil},
		{"soon", DeadlineTag(Deadline{DeadlineSoon, "Sắp đến hạn"}), []string{"ts-tag--soon", `"Sắp đến hạn"`}, nil},
		{"late", DeadlineTag(Deadline{DeadlineLate, "Quá hạn"}), []string{"ts-tag--late", `"Quá hạn"`}, nil},
		{"held", DeadlineTag(Deadline{DeadlineHold, "Tạm dừng"}), []string{"ts-tag--hold", `"Tạm dừng"`}, nil},
		{"delivered", DeadlineTag(Deadline{DeadlineDone, "Đã trả"}), []string{"ts-tag--done", `"Đã trả"`}, nil},
		{
			"a timeline", Timeline([]TimelineItem{{Title: "Nộp", State: StepDone, StateText: "đã xong"}, {Title: "Ký", State: StepCurrent}, {Title: "Trả"}}),
			[]string{"li[class=ts-timeline__item ts-timeline__item--done]", "li[aria-current=step|class=ts-timeline__item ts-timeline__item--current]", "li[class=ts-timeline__item ts-timeline__item--todo]", `"(đã xong)"`},
			nil,
		},
		{"steps", Steps(StepsParams{Text: "Bước 1 / 2", Current: 1, Total: 2}), []string{`"Bước 1 / 2"`, "ul[aria-hidden=true|class=ts-steps__bar]\n  li[class=ts-steps__done]\n  li[class=]"}, nil},
		{"a flash", FlashMessage(Flash{Text: "Đã lưu."}), []string{"div[class=ts-flash|data-ts-flash=|role=status|tabindex=-1]"}, nil},
		{"a warning", FlashMessage(Flash{Text: "Thiếu chữ ký.", Tone: FlashWarning}), []string{"ts-flash--warning"}, nil},
		{
			"buckets", Buckets("Việc", []Bucket{{Count: "3", Text: "Quá hạn", Href: "/late", Tone: ToneLate, Current: true}, {Count: "1", Text: "Khác", Href: "/x"}}),
			[]string{"nav[aria-label=Việc]", "a[aria-current=true|class=ts-buckets__link ts-buckets__link--late|href=/late]", "a[class=ts-buckets__link|href=/x]"},
			nil,
		},
		{
			"chips", Chips(ChipsParams{Label: "Lọc", Note: "theo hạn", Items: []Chip{{Text: "A", Href: "/a", On: true, OnText: "đang lọc"}, {Text: "B", Count: "4", Href: "/b", OnText: "đang lọc"}}}),
			[]string{"a[aria-current=true|class=ts-chips__link|href=/a]", "a[class=ts-chips__link|href=/b]", `"(đang lọc)"`, `"theo hạn"`},
			nil,
		},
		{
			"a work list", WorkList(list),
			[]string{
				"form[action=/lam|class=ts-work|method=post]", "input[name=csrf|type=hidden|value=t0ken]", "input[aria-label=Chọn A|checked=|name=dossier|type=checkbox|value=7]",
				"data-ts-selected-text={count} đã chọn", "aria-keyshortcuts=e", "data-ts-key=e", "tr[data-ts-row=]", "a[class=ts-work__main|href=/a]", "td[class=ts-table__cell|data-label=Bước]", "span[class=ts-tone-late]", "th[class=ts-table__header|scope=col]",
			},
			nil,
		},
		{"a work list to read", WorkList(reading), []string{"div[class=ts-work]", "tr[data-ts-row=]"}, []string{"form[", "input[", "ts-work__pick"}},
		{
			"a question before an act", Confirm(ConfirmParams{Title: "Rút?", Action: "/rut", Hidden: []HiddenField{{"v", "3"}}, Button: ButtonParams{Text: "Rút"}, CancelText: "Không", CancelHref: "/hs"}),
			[]string{"h1[]\n  \"Rút?\"", "form[action=/rut|method=post]", "input[name=v|type=hidden|value=3]", "a[href=/hs]"},
			[]string{"dialog", "ts-warning-text"},
		},
		{
			"a search box", SearchBox(SearchBoxParams{Action: "/tim", Name: "q", Label: "Tìm", Value: "đất", ButtonText: "Tìm", Key: "/"}),
			[]string{"form[action=/tim|class=ts-search|method=get|role=search]", "label[class=ts-visually-hidden|for=q]", "data-ts-key=/", "value=đất"},
			nil,
		},
		{"nothing there", EmptyState(EmptyStateParams{Title: "Chưa có", Text: "Vì mới."}), []string{"h2[]\n  \"Chưa có\"", `"Vì mới."`}, []string{"button", "a["}},
		{"what comes", NextSteps(NextStepsParams{Title: "Việc tiếp theo", Steps: []string{"một", "hai"}}), []string{"h2[class=ts-next__title]", "ol[class=ts-next__list]\n  li[]\n   \"một\"\n  li[]\n   \"hai\""}, nil},
		{"a code", CopyCode(CopyCodeParams{ID: "c", Code: "M00", ButtonText: "Sao chép", CopiedText: "Đã sao chép"}), []string{"data-ts-copy=c", "hidden=", "span[class=ts-copy__code|id=c]", "role=status"}, nil},
		{"a status", StatusCard(StatusCardParams{Deadline: Deadline{DeadlineLate, "Quá hạn"}, Title: "Quá 3 giờ", HeadingLevel: 1}), []string{"h1[class=ts-status__title]", "ts-tag--late"}, nil},
		{"an address that would run", CardLinks([]CardLink{{Title: "x", Href: "javascript:go()"}}), []string{"about:invalid"}, []string{"javascript"}},
		{"facts", Facts([]Fact{{"98,2 %", "đúng hạn"}}), []string{"dt[]\n   \"đúng hạn\"\n  dd[]\n   \"98,2 %\""}, nil},
		{"a demo", DemoBanner(DemoBannerParams{Tag: "MÔ PHỎNG", Text: "Không có giá trị pháp lý."}), []string{"section[aria-label=MÔ PHỎNG|class=ts-demo]"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := normal(t, render(t, c.got))
			for _, want := range c.has {
				if !strings.Contains(got, want) {
					t.Errorf("%s is missing in\n%s", want, got)
				}
			}
			for _, not := range c.hasNot {
				if strings.Contains(got, not) {
					t.Errorf("%s is there in\n%s", not, got)
				}
			}
		})
	}
}
