// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// bare is a model without where it stands in a file and without what only Index knows.
func bare(m *Model) string {
	c := &Model{ID: m.ID, Name: m.Name, Version: m.Version, Variables: m.Variables}
	for _, n := range m.Nodes {
		n.Line, n.Row = 0, ""
		c.Nodes = append(c.Nodes, n)
	}
	for _, f := range m.Flows {
		f.Line = 0
		c.Flows = append(c.Flows, f)
	}
	slices.SortFunc(c.Nodes, func(a, b Node) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Flows, func(a, b Flow) int { return strings.Compare(a.ID, b.ID) })
	return strings.ReplaceAll(fmt.Sprintf("%+v", *c), "} {", "}\n{")
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	answer := `<bpmn:messageEventDefinition messageRef="m"/>`
	for name, file := range map[string][]byte{
		"everything": process(`<bpmn:extensionElements><tinhso:variable name="area" type="int"/></bpmn:extensionElements>` +
			el("startEvent", "s") + el("parallelGateway", "f") + user("u") + el("parallelGateway", "j") +
			`<bpmn:subProcess id="g" name="Con &amp; &quot;cháu&quot;">` + el("startEvent", "gs") + el("receiveTask", "c", `messageRef="m" tinhso:key="subject + 'x'"`) + el("endEvent", "gz") + arrows("gs c", "c gz") + "</bpmn:subProcess>" +
			`<bpmn:boundaryEvent id="b" attachedToRef="g" tinhso:working="true">` + after("PT90M") + "</bpmn:boundaryEvent>" +
			el("serviceTask", "n", `tinhso:handler="x.tell"`) + on("nb", "n", `<bpmn:compensateEventDefinition/>`) + el("serviceTask", "k", `tinhso:handler="x.tell" isForCompensation="true"`) + `<bpmn:association id="as" sourceRef="nb" targetRef="k"/>` +
			on("ne", "n", `<bpmn:errorEventDefinition errorRef="e"/>`) + el("exclusiveGateway", "x", `default="x_z"`) + el("exclusiveGateway", "mm") + `<bpmn:intermediateThrowEvent id="w">` + answer + "</bpmn:intermediateThrowEvent>" +
			el("endEvent", "z") + `<bpmn:endEvent id="y"><bpmn:terminateEventDefinition/></bpmn:endEvent>` +
			arrows("s f", "f u", "f g", "u j", "g mm", "b mm", "mm j", "j n", "n x", "ne x", "x z", "x w area &lt; 3 &amp;&amp; subject == 'a'", "w y")),
		"editors": sample(t),
	} {
		d, err := Read(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if wrong := d.Model().Check(Known{}); len(wrong) > 0 {
			t.Fatalf("%s: %v", name, wrong)
		}
		again, err := Read(d.Model().Write())
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, d.Model().Write())
		}
		if one, two := bare(d.Model()), bare(again.Model()); one != two {
			t.Errorf("%s:\n%s\nbecame\n%s", name, one, two)
		}
		for _, n := range again.Model().Nodes {
			if _, drawn := again.shape.Shapes[n.ID]; !drawn && n.Scope == "" {
				t.Errorf("%s: %s is not drawn", name, n.ID)
			}
		}
	}
}

func TestAnEditChangesNothingElse(t *testing.T) {
	t.Parallel()
	text := sample(t)
	d, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := d.Change(
		Edit{"sign", "name", `Ký "số" & đóng dấu`}, Edit{"appraise", "post", "expert"}, Edit{"f3", "condition", `outcome == "x" && area < 5`}, Edit{"f5", "name", "xong"},
	)
	if err != nil {
		t.Fatal(err)
	}
	m := changed.Model()
	sign, _ := m.Node("sign")
	appraise, _ := m.Node("appraise")
	f3, _ := m.Flow("f3")
	if sign.Name != `Ký "số" & đóng dấu` || appraise.Post != "expert" || f3.Condition != `outcome == "x" && area < 5` {
		t.Errorf("%+v %+v %+v", sign, appraise, f3)
	}
	back, err := changed.Change(
		Edit{"sign", "name", "Ký"}, Edit{"appraise", "post", ""}, Edit{"f5", "name", ""},
	)
	if err != nil {
		t.Fatal(err)
	}
	condition := []byte(`${outcome == "refuse" &amp;&amp; area &lt; 10}`)
	now := bytes.Replace(back.Bytes(), []byte(`outcome == &#34;x&#34; &amp;&amp; area &lt; 5`), condition, 1)
	if !bytes.Equal(now, text) {
		t.Errorf("undone, it is another file:\n%s", now)
	}
	bare, err := Read(bytes.ReplaceAll(process(el("startEvent", "s")+user("u")+el("endEvent", "z")+arrows("s u", "u z")), []byte("tinhso:"), []byte("t:")))
	if err != nil {
		bare, err = Read(bytes.Replace(bytes.ReplaceAll(process(el("startEvent", "s")+el("userTask", "u")+el("endEvent", "z")+arrows("s u", "u z")), []byte("tinhso:"), []byte("t:")), []byte("xmlns:tinhso="), []byte("xmlns:t="), 1))
	}
	if err != nil {
		t.Fatal(err)
	}
	posted, err := bare.Change(Edit{"u", "post", "officer"}, Edit{"s_u", "condition", "true"}, Edit{"s_u", "condition", ""})
	if err != nil {
		t.Fatal(err)
	}
	if u, _ := posted.Model().Node("u"); u.Post != "officer" {
		t.Errorf("%+v", u)
	}
	for _, e := range []Edit{{"nobody", "name", "x"}, {"sign", "id", "x"}} {
		if _, err := d.Change(e); err == nil {
			t.Errorf("%+v was done", e)
		}
	}
}
