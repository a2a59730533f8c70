// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
)

func sample(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/modeler.bpmn")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// process wraps the inside of a process in what editors write around it.
func process(inside string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="` + nsModel + `" xmlns:tinhso="` + nsTinhso + `" id="d"><bpmn:message id="m" name="answer" /><bpmn:error id="e" errorCode="E1" />
<bpmn:process id="p" isExecutable="true">` + inside + `</bpmn:process></bpmn:definitions>`)
}

func el(kind, id string, rest ...string) string {
	return "<bpmn:" + kind + ` id="` + id + `" ` + strings.Join(rest, " ") + "/>\n"
}

func user(id string) string {
	return el("userTask", id, `tinhso:post="officer" tinhso:due="PT4H"`)
}

// arrows draws "a b" from a to b, called a_b; "a b cond" with a condition.
func arrows(pairs ...string) (text string) {
	for _, p := range pairs {
		ends := strings.SplitN(p, " ", 3)
		text += `<bpmn:sequenceFlow id="` + ends[0] + "_" + ends[1] + `" sourceRef="` + ends[0] + `" targetRef="` + ends[1] + `">`
		if len(ends) > 2 {
			text += "<bpmn:conditionExpression>" + ends[2] + "</bpmn:conditionExpression>"
		}
		text += "</bpmn:sequenceFlow>\n"
	}
	return text
}

func on(id, host, def string, more ...string) string {
	return `<bpmn:boundaryEvent id="` + id + `" attachedToRef="` + host + `" ` + strings.Join(more, " ") + ">" + def + "</bpmn:boundaryEvent>\n"
}

func after(iso string) string {
	return "<bpmn:timerEventDefinition><bpmn:timeDuration>" + iso + "</bpmn:timeDuration></bpmn:timerEventDefinition>"
}

func catch(id, def string) string {
	return `<bpmn:intermediateCatchEvent id="` + id + `">` + def + "</bpmn:intermediateCatchEvent>\n"
}

func TestReadWhatEditorsWrite(t *testing.T) {
	t.Parallel()
	text := sample(t)
	d, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(d.Bytes(), text) {
		t.Error("unedited, it is not written as it was read")
	}
	m := d.Model()
	if m.ID != "cap_phep" || m.Version != 3 || m.Name != "Cấp phép" || len(m.Nodes) != 9 || len(m.Flows) != 7 || len(m.Variables) != 1 {
		t.Errorf("%+v", m)
	}
	appraise, _ := m.Node("appraise")
	if appraise.Name != "Thẩm định hồ sơ" || appraise.Post != "officer" || appraise.Unit != "authority" || appraise.Due.Days != 3 || appraise.Line != 18 {
		t.Errorf("%+v", appraise)
	}
	sign, _ := m.Node("sign")
	if sign.Due.Working != (calendar.Duration{Amount: 4, Unit: calendar.WorkingHour}) || sign.Action != "sign" {
		t.Errorf("%+v", sign)
	}
	remind, _ := m.Node("remind")
	if !remind.Beside || remind.Timer.Clock != 16*time.Hour || remind.Attached != "appraise" {
		t.Errorf("%+v", remind)
	}
	send, _ := m.Node("send")
	if f, _ := m.Flow("f3"); f.Condition != `outcome == "refuse" && area < 10` || send.Handler != "notify.remind" {
		t.Errorf("%+v %+v", f, send)
	}
	if wrong := m.Check(Known{}); len(wrong) > 0 {
		t.Errorf("%v", wrong)
	}
	shape, whole := d.Diagram()
	if whole || shape.Shapes["start"] != (Rect{152, 102, 36, 36}) {
		t.Errorf("%v %+v", whole, shape)
	}
}

func TestWhatIsNotSupportedIsNamed(t *testing.T) {
	t.Parallel()
	good := el("startEvent", "s") + user("u") + el("endEvent", "z") + arrows("s u", "u z")
	if _, err := Read(process(good)); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]struct{ text, want string }{
		"inclusive":     {"\n\n" + el("inclusiveGateway", "or"), `or:5 bpmn.unsupported "" inclusiveGateway`},
		"call":          {el("callActivity", "c"), "c:3 bpmn.unsupported"},
		"script":        {el("scriptTask", "c", `name="Tính"`), `c:3 bpmn.unsupported "Tính" scriptTask`},
		"plain task":    {el("task", "c"), "c:3 bpmn.unsupported"},
		"transaction":   {el("transaction", "c"), "c:3 bpmn.unsupported"},
		"many":          {`<bpmn:userTask id="c"><bpmn:multiInstanceLoopCharacteristics id="l"/></bpmn:userTask>`, "l:3 bpmn.unsupported"},
		"many inside":   {`<bpmn:subProcess id="c"><bpmn:multiInstanceLoopCharacteristics id="l"/></bpmn:subProcess>`, "l:3 bpmn.unsupported"},
		"signal":        {catch("c", "<bpmn:signalEventDefinition/>"), "c:3 bpmn.unsupported"},
		"timer start":   {`<bpmn:startEvent id="c">` + after("P1D") + "</bpmn:startEvent>", "c:3 bpmn.unsupported"},
		"cycle":         {catch("c", "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>"), "c:3 bpmn.unsupported"},
		"event sub":     {`<bpmn:subProcess id="c" triggeredByEvent="true"/>`, "c:3 bpmn.unsupported"},
		"twice":         {user("u"), "u:5 bpmn.twice"},
		"nowhere":       {arrows("u nobody"), "u_nobody:3 bpmn.reference"},
		"no id":         {`<bpmn:userTask/>`, ":3 bpmn.no_id"},
		"time":          {catch("c", after("3 ngày")), "c:3 bpmn.bad_time"},
		"variable":      {`<bpmn:extensionElements><tinhso:variable name="outcome" type="string"/></bpmn:extensionElements>`, ":3 bpmn.variable"},
		"boundary":      {on("b", "s", after("P1D")), "b:3 bpmn.reference"},
		"second":        {`</bpmn:process><bpmn:process id="q" isExecutable="true">`, "d:2 bpmn.processes"},
		"import":        {`</bpmn:process><bpmn:import/><bpmn:process id="q">`, ":3 bpmn.unsupported"},
		"not closed":    {"<bpmn:userTask>", "bpmn.xml"},
		"two event def": {catch("c", after("P1D")+after("P2D")), "c:3 bpmn.unsupported"},
	} {
		_, err := Read(process(v.text + good))
		if wrong, ok := errors.AsType[Mistakes](err); !ok || !strings.Contains(wrong.Error(), v.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDangerousFilesAreRefused(t *testing.T) {
	t.Parallel()
	head := `<?xml version="1.0"?>`
	for name, v := range map[string]struct{ text, want string }{
		"doctype":  {head + `<!DOCTYPE x [<!ENTITY a "b">]>` + string(process(""))[38:], "bpmn.doctype"},
		"entity":   {strings.Replace(string(process("<bpmn:documentation>&lol;</bpmn:documentation>")), "xx", "", 1), "bpmn.xml"},
		"utf16":    {`<?xml version="1.0" encoding="UTF-16"?><a/>`, "bpmn.encoding"},
		"latin":    {"<a>\xff</a>", "bpmn.encoding"},
		"deep":     {strings.Repeat("<a>", 100), "bpmn.too_deep"},
		"many":     {"<a>" + strings.Repeat("<b/>", 60_000) + "</a>", "bpmn.too_many"},
		"large":    {"<a>" + strings.Repeat(" ", MaxFile) + "</a>", "bpmn.too_large"},
		"empty":    {"", "bpmn.xml"},
		"no bpmn":  {"<svg/>", "bpmn.not_bpmn"},
		"half":     {string(process(""))[:150], "bpmn.xml"},
		"a second": {"<a/><b/>", "bpmn.xml"},
	} {
		_, err := Read([]byte(v.text))
		if wrong, ok := errors.AsType[Mistakes](err); !ok || wrong[0].Code != v.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(process(el("startEvent", "s") + user("u") + el("endEvent", "z") + arrows("s u", "u z")))
	f.Add([]byte("<a><b x='1'/></a>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Read(text)
		if err != nil {
			return
		}
		if !bytes.Equal(d.Bytes(), text) {
			t.Error("not the same text")
		}
		_ = d.Model().Check(Known{})
	})
}

func TestParseWait(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Wait{
		"PT4H": {Working: calendar.Duration{Amount: 4, Unit: calendar.WorkingHour}}, "P2D": {Working: calendar.Duration{Amount: 2, Unit: calendar.WorkingDay}},
		"PT1H30M": {Working: calendar.Duration{Amount: 90, Unit: calendar.WorkingMinute}}, "P1DT1H": {}, "P1Y": {}, "PT5S": {}, "P": {}, "4": {},
	} {
		if got, ok := ParseWait(text, true); got != want || ok == want.Zero() {
			t.Errorf("%s: %+v %v", text, got, ok)
		}
	}
	for _, text := range []string{"P1Y2M3D", "PT1H2M3S", "P3DT4H", "PT45M", "P14D"} {
		w, ok := ParseWait(text, false)
		if !ok || w.ISO() != text {
			t.Errorf("%s became %s", text, w.ISO())
		}
	}
	if w, ok := ParseWait("P2W", false); !ok || w.Days != 14 {
		t.Errorf("%+v", w)
	}
	if !slices.Equal([]string{"PT1H30M"}, []string{Wait{Working: calendar.Duration{Amount: 90, Unit: calendar.WorkingMinute}}.ISO()}) {
		t.Error("minutes")
	}
}
