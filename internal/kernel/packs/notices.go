// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/platform/shape"
	"tinhso.vn/internal/platform/text"
)

// NoticeRule says how people are told of one kind of event.
type NoticeRule struct {
	Item
	Name      Text
	Topic     string   // under which people choose: dossiers, work, account, system
	Audience  string   // citizen, official, anybody
	Must      bool     // the law wants it told: it cannot be switched off entirely
	Urgent    bool     // quiet hours do not hold it back
	Channels  []string // outside, in order of preference: zns, sms, mail, push
	Variables []NoticeVariable
	Title     Text // of the bell, the mail and the push; it names nobody
	App       Text // what the bell's list says
	Mail      Text
	Neutral   Text // of a mail to an address that nobody has proven
	SMS       Text
	ZNS       []string // variables that a template of Zalo gets
}

func (n NoticeRule) itemID() string { return n.ID }

// NoticeVariable is what a text may name as {key}.
type NoticeVariable struct {
	Key      string
	Name     Text
	Sample   Text
	Max      int  // characters at most; longer values are cut
	Personal bool // tells something about a person
}

// QuietRule says when telephones stay silent.
type QuietRule struct {
	Item
	From, To string // 21:00 and 06:30
	OffTo    string // until when on days off; empty: as on the others
}

// Bounds of notices.
const (
	MaxSMS         = 160 // characters without marks
	maxNoticeTitle = 120
)

const noticeVariableForm = `^[a-z][a-z0-9_]*$`

func noticeTopics() []string { return []string{"dossiers", "work", "account", "system"} }

func noticeChannels() []string { return []string{"zns", "sms", "mail", "push"} }

func noticeShape() *shape.Shape {
	return mapped("notices", itemFields(), fields{
		of(shape.Words, "name", required, "Tên thông báo", "What the notice is called"),
		choice("topic", required, noticeTopics(), "Nhóm mà người nhận chọn kênh", "Topic under which people choose"),
		choice("audience", required, []string{"citizen", "official", "anybody"}, "Người nhận", "Who is told"),
		of(shape.Truth, "must", optional, "Bắt buộc: không tắt hết được", "The law wants it: never switched off entirely"),
		of(shape.Truth, "urgent", optional, "Gửi cả trong giờ yên tĩnh", "Sent in quiet hours too"),
		some("channels", noticeChannels(), "Kênh gửi, theo thứ tự ưu tiên", "Channels, in order of preference"),
		within(shape.Mappings, "variables", optional, mapped("notices.variables", fields{
			shaped("key", required, noticeVariableForm, "Tên trong văn bản: {tên}", "Its name in texts: {name}"),
			of(shape.Words, "name", required, "Ý nghĩa", "What it is"),
			of(shape.Words, "sample", required, "Ví dụ, không phải người thật", "An example, made up"),
			of(shape.Whole, "max", required, "Số ký tự nhiều nhất", "Characters at most"),
			of(shape.Truth, "personal", optional, "Là dữ liệu cá nhân", "It is personal data"),
		}), "Những gì văn bản được nêu", "What the texts may name"),
		of(shape.Words, "title", required, "Tiêu đề", "Title"),
		of(shape.Words, "app", required, "Nội dung trong danh sách thông báo", "Text in the list of notices"),
		of(shape.Words, "mail", optional, "Nội dung thư điện tử", "Text of the mail"),
		of(shape.Words, "neutral", optional, "Nội dung thư gửi địa chỉ chưa xác minh", "Text of a mail to an address not proven"),
		of(shape.Words, "sms", optional, "Tin nhắn, được bỏ dấu khi gửi", "Short message, sent without marks"),
		of(shape.Plains, "zns", optional, "Tham số của mẫu Zalo ZNS", "Parameters of the template of Zalo ZNS"),
	})
}

func quietShape() *shape.Shape {
	return mapped("quiet_hours", itemFields(), fields{
		shaped("from", required, clockForm, "Bắt đầu, giờ:phút", "Begin, hour:minute"),
		shaped("to", required, clockForm, "Kết thúc, giờ:phút", "End, hour:minute"),
		shaped("off_to", optional, clockForm, "Kết thúc vào ngày nghỉ", "End on days off"),
	})
}

func readNoticeRule(r *record) NoticeRule {
	n := NoticeRule{
		Item: r.item(), Name: r.text("name", required), Topic: r.oneOf("topic", required, noticeTopics()...),
		Audience: r.oneOf("audience", required, "citizen", "official", "anybody"), Must: r.boolean("must"), Urgent: r.boolean("urgent"),
		Channels: r.someOf("channels", noticeChannels()...),
		Title:    r.text("title", required), App: r.text("app", required), Mail: r.text("mail"), Neutral: r.text("neutral"), SMS: r.text("sms"), ZNS: r.strs("zns"),
	}
	for _, v := range r.subs("variables") {
		n.Variables = append(n.Variables, NoticeVariable{
			Key: v.shape("key", regexp.MustCompile(noticeVariableForm), required), Name: v.text("name", required), Sample: v.text("sample", required),
			Max: v.integer("max", required), Personal: v.boolean("personal"),
		})
		v.done()
	}
	n.lint(r)
	return n
}

// lint finds what would go wrong only when somebody is to be told.
func (n NoticeRule) lint(r *record) {
	known := map[string]NoticeVariable{}
	for _, v := range n.Variables {
		known[v.Key] = v
		for _, sample := range []string{v.Sample.VI, v.Sample.EN} {
			if v.Max > 0 && utf8.RuneCountInString(sample) > v.Max {
				r.problem("variables", "notice.sample", v.Key, strconv.Itoa(v.Max))
				break
			}
		}
	}
	personal := func(t Text) bool { return n.names(t, func(key string) bool { return known[key].Personal }) }
	for _, f := range []struct {
		name string
		t    Text
		open bool // it reaches what nobody has proven to be the person's
	}{{"title", n.Title, true}, {"app", n.App, false}, {"mail", n.Mail, false}, {"neutral", n.Neutral, true}, {"sms", n.SMS, true}} {
		for _, said := range []string{f.t.VI, f.t.EN} {
			keys, whole := noticeKeys(said)
			if !whole {
				r.problem(f.name, "notice.braces", f.name)
			}
			for _, key := range keys {
				if v, ok := known[key]; !ok {
					r.problem(f.name, "notice.variable", key)
				} else if f.open && v.Personal {
					r.problem(f.name, "notice.personal", key, f.name)
				}
			}
		}
	}
	for _, key := range n.ZNS {
		if v, ok := known[key]; !ok {
			r.problem("zns", "notice.variable", key)
		} else if v.Personal {
			r.problem("zns", "notice.personal", key, "zns")
		}
	}
	if personal(n.Mail) && n.Neutral.VI == "" {
		r.problem("mail", "notice.neutral")
	}
	for _, said := range []string{n.SMS.VI, n.SMS.EN} {
		if long := n.longest(text.ASCII(text.Line(said)), known); long > MaxSMS {
			r.problem("sms", "notice.long", strconv.Itoa(long), strconv.Itoa(MaxSMS))
		}
	}
	for _, said := range []string{n.Title.VI, n.Title.EN} {
		if long := n.longest(said, known); long > maxNoticeTitle {
			r.problem("title", "notice.long", strconv.Itoa(long), strconv.Itoa(maxNoticeTitle))
		}
	}
	for channel, t := range map[string]Text{"sms": n.SMS, "mail": n.Mail} {
		if (t.VI != "") != slices.Contains(n.Channels, channel) {
			r.problem("channels", "notice.channel", channel)
		}
	}
	if n.Must && len(n.Channels) == 0 {
		r.problem("channels", "notice.must")
	}
}

func (n NoticeRule) names(t Text, is func(string) bool) bool {
	for _, said := range []string{t.VI, t.EN} {
		if keys, _ := noticeKeys(said); slices.ContainsFunc(keys, is) {
			return true
		}
	}
	return false
}

// longest is how many characters a text has at most once its variables are filled.
func (n NoticeRule) longest(said string, known map[string]NoticeVariable) int {
	long := utf8.RuneCountInString(said)
	keys, _ := noticeKeys(said)
	for _, key := range keys {
		long += known[key].Max - len(key) - len("{}")
	}
	return long
}

// noticeKeys returns the variables of a text; whole is false where a brace is left over.
func noticeKeys(said string) (keys []string, whole bool) {
	rest := said
	for {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return keys, false
		}
		if !found {
			return keys, true
		}
		key, tail, closed := strings.Cut(after, "}")
		if !closed || strings.Contains(key, "{") {
			return keys, false
		}
		keys, rest = append(keys, key), tail
	}
}

func readQuietRule(r *record) QuietRule {
	clock := regexp.MustCompile(clockForm)
	q := QuietRule{Item: r.item(), From: r.shape("from", clock, required), To: r.shape("to", clock, required), OffTo: r.shape("off_to", clock)}
	if q.From == q.To && q.From != "" {
		r.problem("to", "notice.quiet")
	}
	if q.Source == "" && q.Status != Unverified {
		r.problem("source", "mark.no_source")
	}
	return q
}

// checkNotices makes sure that telephones have one rule.
func checkNotices(s *Set, b *book) {
	for _, q := range s.Quiet[min(1, len(s.Quiet)):] {
		b.addOrigin(q.Origin, q.ID, "notice.quiet_twice", s.Quiet[0].ID)
	}
}
