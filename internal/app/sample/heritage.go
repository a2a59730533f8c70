// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sample

// guided is a point of a heritage guide that is made up, in three languages.
type guided struct{ kind, name, english, khmer, story, storyEnglish, storyKhmer string }

func guides() []guided {
	return []guided{
		{
			"architecture", "Chùa Khmer (giả định)", "Khmer pagoda (made up)", "វត្តខ្មែរ",
			"Chánh điện quay về hướng đông, mái ba tầng, đầu đao hình rắn thần. Sân chùa là nơi sinh hoạt của phum sóc vào các dịp lễ lớn trong năm.",
			"The main hall faces east under a roof of three tiers. The yard is where the village meets on the great feasts of the year.",
			"ព្រះវិហារបែរមុខទៅទិសខាងកើត។ ទីធ្លាវត្តជាកន្លែងជួបជុំរបស់អ្នកភូមិ។",
		},
		{
			"architecture", "Đình làng (giả định)", "Village hall (made up)", "សាលាភូមិ",
			"Đình thờ thần Thành hoàng, lễ Kỳ yên được tổ chức hằng năm. Các bức hoành phi chạm nổi do thợ trong vùng làm.",
			"The hall is for the guardian spirit of the village. The carved boards were made by craftsmen of the region.",
			"សាលានេះសម្រាប់គោរពអ្នកតាភូមិ។",
		},
		{
			"archaeology", "Gò khảo cổ (giả định)", "Archaeological mound (made up)", "ទួលបុរាណ",
			"Nền gạch cổ được tìm thấy dưới lớp đất sâu hai mét. Khách đi theo lối gỗ, không bước lên nền gạch.",
			"A floor of old bricks was found two metres below the ground. Please stay on the wooden path.",
			"គ្រឹះឥដ្ឋបុរាណត្រូវបានរកឃើញនៅក្រោមដី។ សូមដើរតាមផ្លូវឈើ។",
		},
		{
			"architecture", "Thánh đường Chăm (giả định)", "Cham mosque (made up)", "វិហារឥស្លាមចាម",
			"Thánh đường có bốn tháp nhỏ ở góc và một tháp lớn hình vòm. Khách để giày bên ngoài, ăn mặc kín đáo.",
			"Four small towers stand at the corners around a dome. Please leave shoes outside and dress modestly.",
			"វិហារមានប៉មតូចបួននៅជ្រុង។ សូមដោះស្បែកជើងនៅខាងក្រៅ។",
		},
		{
			"history", "Nhà cổ bên sông (giả định)", "Old house on the river (made up)", "ផ្ទះបុរាណមាត់ទន្លេ",
			"Nhà ba gian hai chái bằng gỗ quý, dựng đầu thế kỷ XX. Gia đình vẫn sinh sống và đón khách vào buổi sáng.",
			"A wooden house of the early twentieth century. The family still lives here and receives visitors in the morning.",
			"ផ្ទះឈើសាងសង់នៅដើមសតវត្សទី២០។",
		},
		{
			"museum", "Nhà trưng bày hiện vật (giả định)", "Exhibition house (made up)", "សាលតាំងពិព័រណ៍",
			"Gốm, đồ trang sức và tượng thờ được bày theo niên đại. Mỗi hiện vật có mã để mở trang riêng trong sổ hiện vật.",
			"Pottery, jewels and statues stand in the order of their age. Each has a page in the register of artefacts.",
			"គ្រឿងស្មូន គ្រឿងអលង្ការ និងរូបសំណាក ត្រូវបានដាក់តាំងតាមសម័យកាល។",
		},
		{
			"landscape", "Rừng tràm mùa nước nổi (giả định)", "Flooded melaleuca forest (made up)", "ព្រៃស្មាច់រដូវទឹកឡើង",
			"Mùa nước lên, bèo phủ kín mặt nước thành một tấm thảm xanh. Khách đi xuồng chèo tay, nói khẽ để không làm chim rời tổ.",
			"When the water rises, duckweed covers it like a green carpet. Visitors go by rowing boat and speak low, so that the birds stay on their nests.",
			"ពេលទឹកឡើង ចកគ្របដណ្តប់ផ្ទៃទឹកដូចកម្រាលពណ៌បៃតង។ សូមនិយាយតិចៗ ដើម្បីកុំឱ្យសត្វស្លាបភ័យ។",
		},
		{
			"history", "Làng dệt bên sông (giả định)", "Weavers on the river (made up)", "ភូមិតម្បាញមាត់ទន្លេ",
			"Khung cửi đặt dưới sàn nhà, hoa văn được nhớ chứ không vẽ. Mỗi tấm khăn mất ba ngày, người dệt kể chuyện trong lúc đưa thoi.",
			"The looms stand beneath the houses, and the patterns are remembered, not drawn. A scarf takes three days; the weavers tell stories meanwhile.",
			"កីតម្បាញនៅក្រោមផ្ទះ។ ក្រមាមួយត្រូវការពេលបីថ្ងៃ។",
		},
		{
			"landscape", "Lòng hồ trên núi (giả định)", "Mountain lake (made up)", "បឹងលើភ្នំ",
			"Hồ giữ nước mưa cho cả xã trong mùa khô. Lối đi quanh hồ dài hai ki-lô-mét, có bóng cây và ghế nghỉ mỗi hai trăm mét.",
			"The lake keeps rain for the whole commune through the dry season. The path around it is two kilometres long, with shade and a bench every two hundred metres.",
			"បឹងនេះរក្សាទឹកភ្លៀងសម្រាប់ឃុំទាំងមូលនៅរដូវប្រាំង។",
		},
	}
}

func guide(m *Maker) Values {
	g, p := guides()[m.n], m.anywhere()
	v := Values{
		"code": m.serial("DS-%03d"), "name": g.name, "english": g.english, "khmer": g.khmer, "kind": g.kind, "site": "Khu di tích giả định", "site_english": "Made-up heritage site", "site_khmer": "តំបន់បេតិកភណ្ឌ", "commune": p.Unit, "place": m.near(p),
		"story": g.story, "story_english": g.storyEnglish, "story_khmer": g.storyKhmer, "opens": "7 giờ – 17 giờ hằng ngày", "opens_english": "7 am – 5 pm, daily", "opens_khmer": "ម៉ោង ៧ ដល់ ១៧ រៀងរាល់ថ្ងៃ",
		"manners": "Ăn mặc kín đáo, không chạm vào hiện vật.", "manners_english": "Please dress modestly and do not touch the artefacts.", "manners_khmer": "សូមស្លៀកពាក់សមរម្យ និងកុំប៉ះវត្ថុ។",
		"ticket": when(m.yes(0.6), m.money(10_000, 50_000, 10_000)), "visits": m.whole(40, 2_400),
	}
	if m.n == len(guides())-1 {
		return v // nobody has read it through yet
	}
	return moved(v, Step{Move: "publish"})
}
