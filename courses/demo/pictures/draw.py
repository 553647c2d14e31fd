"""Draws the lessons' explanatory pictures, in both languages, and keeps them beside this file as PNG.

python -m courses.demo.pictures.draw     (needs Debian's fonts-noto-cjk; whoever only plants the demo does not)

Words on a ground, boxes and lines: nobody is pictured. 720 pixels wide, read at half that on a phone, so that the
smallest letters are 14 px there. Sixteen colours, a few KB each.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
SANS = "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc"
SIMPLIFIED = 2  # the face of the collection whose characters are the mainland's
WIDTH, EDGE, GAP, COLOURS = 720, 28, 18, 16
INK, DIM, PAPER = "#1c2520", "#525f57", "#ffffff"
BRAND, MIST, BAD, PALE, LINE = "#1d6b47", "#e3f0e5", "#ac321d", "#fcebe5", "#728077"


def font(size: int, weight: str = "Regular") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(SANS.format(weight=weight), size, index=SIMPLIFIED)


class Sheet:
    """A sheet that is written from the top; it is cut where the writing ends."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, 1600), PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.y = EDGE

    def lines(self, text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
        """This will break a text where it is too wide: between words, or between Chinese characters."""
        found, line = [], ""
        pieces = text.split(" ") if " " in text else list(text)
        joint = " " if " " in text else ""
        for piece in pieces:
            longer = f"{line}{joint}{piece}" if line else piece
            if face.getlength(longer) > width and line and piece not in "，。、；：）":
                found.append(line)
                longer = piece
            line = longer
        return [*found, line]

    def say(self, text: str, x: int, y: int, *, size: int, weight="Regular", colour=INK, width=WIDTH - 2 * EDGE) -> int:
        """This will write a text at a place and give how high it stands."""
        face = font(size, weight)
        broken = self.lines(text, face, width)
        for number, line in enumerate(broken):
            self.pen.text((x, y + number * round(size * 1.36)), line, font=face, fill=colour)
        return len(broken) * round(size * 1.36)

    def title(self, text: str) -> None:
        self.y += self.say(text, EDGE, self.y, size=36, weight="Bold") + GAP

    def box(self, head: str, text: str, *, mark: str = "", tone=BRAND, ground=MIST) -> tuple[int, int]:
        """This will draw a box with a mark at its left, a heading and a sentence; give its top and its foot."""
        left = EDGE + (128 if mark else 26)
        room = WIDTH - EDGE - 22 - left
        top, y = self.y, self.y + 16
        measured = len(self.lines(head, font(32, "Bold"), room)) * 44 + (
            len(self.lines(text, font(28), room)) * 38 if text else 0
        )
        foot = top + 16 + measured + 18
        self.pen.rounded_rectangle((EDGE, top, WIDTH - EDGE, foot), 16, fill=ground, outline=tone, width=3)
        if mark:
            big = font(46 if len(mark) < 3 else 38, "Bold")
            self.pen.text((EDGE + 64, (top + foot) // 2), mark, font=big, fill=tone, anchor="mm")
        y += self.say(head, left, y, size=32, weight="Bold", width=room)
        if text:
            self.say(text, left, y, size=28, colour=INK, width=room)
        self.y = foot
        return top, foot

    def arrow(self, words: str = "", *, tone=LINE) -> None:
        """This will point down to the next box, with words beside the arrow."""
        x, top = EDGE + 64, self.y + 6
        foot = top + 46
        self.pen.line((x, top, x, foot - 10), fill=tone, width=6)
        self.pen.polygon(((x - 14, foot - 14), (x + 14, foot - 14), (x, foot + 4)), fill=tone)
        if words:
            self.say(words, EDGE + 104, top + 2, size=28, colour=DIM)
        self.y = foot + 10

    def note(self, text: str) -> None:
        self.y += GAP
        self.y += self.say(text, EDGE, self.y, size=28, colour=DIM)

    def keep(self, name: str) -> None:
        """This will cut the sheet, keep few colours and write the file."""
        small = self.image.crop((0, 0, WIDTH, self.y + EDGE)).quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(HERE / f"{name}.png", optimize=True)


def four_steps(language: str) -> None:
    """C04, lesson 1: what to do when something does not add up."""
    title, steps = {
        "zh": ("看见以后，四步走", (("稳住", "不惊，不骂，不叹气。"), ("保住", "今晚在哪里，和谁在一起？"),
               ("说出去", "打110，再告诉督导员。"), ("写下来", "时间、看到的、原话。锁好。"))),
        "en": ("When you have seen it: four steps", (("Steady", "No shock, no scolding."),
               ("Safe", "Tonight: where, and with whom?"), ("Say it", "Call 110, then the supervisor."),
               ("Set it down", "Time, what you saw, the exact words. Locked away."))),
    }[language]  # fmt: skip
    sheet = Sheet()
    sheet.title(title)
    for number, (head, text) in enumerate(steps, 1):
        urgent = number == 3
        sheet.box(head, text, mark=str(number), tone=BAD if urgent else BRAND, ground=PALE if urgent else MIST)
        if number < len(steps):
            sheet.arrow()
    sheet.keep(f"four-steps.{language}")


def five_numbers(language: str) -> None:
    """C04, lesson 5: whom to ring, in which order; what differs by county is left to be written in."""
    title, now, after, fill, calls = {
        "zh": ("五个号码，分先后", "马上打", "报警以后，当天打", "本县号码：＿＿＿＿＿＿",
               (("公安", "出警，让孩子今晚安全"), ("急救", "伤重、昏沉、喘不上气：先打它"),
                ("乡镇儿童督导员", ""), ("县民政值班室", ""), ("未成年人保护热线", ""))),
        "en": ("Five numbers, in order", "At once", "After 110, the same day", "Your county's number: __________",
               (("Police", "Come, and keep the child safe tonight"),
                ("Ambulance", "Badly hurt, drowsy, short of breath: this first"),
                ("Township supervisor", ""), ("County civil affairs, on duty", ""), ("Child-protection hotline", ""))),
    }[language]  # fmt: skip
    sheet = Sheet()
    sheet.title(title)
    sheet.y += sheet.say(now, EDGE, sheet.y, size=28, weight="Bold", colour=BAD) + 8
    for mark, (head, text) in zip(("110", "120"), calls[:2], strict=True):
        sheet.box(head, text, mark=mark, tone=BAD, ground=PALE)
        sheet.y += 12
    sheet.y += GAP
    sheet.y += sheet.say(after, EDGE, sheet.y, size=28, weight="Bold", colour=BRAND) + 8
    for number, (head, _text) in enumerate(calls[2:], 3):
        sheet.box(head, fill, mark=str(number))
        sheet.y += 12
    sheet.keep(f"five-numbers.{language}")


def four_lines(language: str) -> None:
    """C01, lesson 1: four ages, each with its own job."""
    title, lines, note = {
        "zh": ("四条线，各管一件事", (("8", "没满八岁", "身边不能没有大人"), ("14", "没满十四岁", "收他的信息，先要监护人同意"),
               ("16", "没满十六岁", "不能一个人过；列留守名单"), ("18", "没满十八岁", "整部法律保护他")),
               "先看危险，再看年龄，最后看名单。"),
        "en": ("Four lines, each with its own job", (("8", "Under eight", "An adult must be there"),
               ("14", "Under fourteen", "A guardian's consent before information is taken"),
               ("16", "Under sixteen", "Not living alone; the left-behind list"),
               ("18", "Under eighteen", "The whole law protects the child")),
               "Danger first, age second, the list last."),
    }[language]  # fmt: skip
    sheet = Sheet()
    sheet.title(title)
    for number, (mark, head, text) in enumerate(lines):
        last = number == len(lines) - 1
        sheet.box(head, text, mark=mark, ground=MIST if last else PAPER)
        sheet.y += 12
    sheet.note(note)
    sheet.keep(f"four-lines.{language}")


def four_links(language: str) -> None:
    """C01, lesson 6: four links; the chain breaks at the handover, so the question stands there."""
    title, links, ask, note = {
        "zh": ("四个环，守住三次交接", (("强制报告", "谁知道了？"), ("应急处置", "今晚安全吗？"),
               ("评估帮扶", "缺什么，谁来补？"), ("监护干预", "监护人担得起吗？")),
               "交给谁，几时接，接到没有？", "又有危险，不等谁回：重新打110。"),
        "en": ("Four links, three handovers to guard", (("Mandatory reporting", "Who knows?"),
               ("Emergency response", "Is tonight safe?"), ("Assessment and help", "What is missing, who brings it?"),
               ("Guardianship intervention", "Can the guardian carry it?")),
               "To whom? When? Has it arrived?", "In danger again, wait for nobody: 110."),
    }[language]  # fmt: skip
    sheet = Sheet()
    sheet.title(title)
    for number, (head, text) in enumerate(links, 1):
        sheet.box(head, text, mark=str(number))
        if number < len(links):
            sheet.arrow(ask, tone=BAD)
    sheet.note(note)
    sheet.keep(f"four-links.{language}")


def two_roads(language: str) -> None:
    """C01, lesson 8: danger goes straight, the rest goes up level by level."""
    title, urgent, straight, rest, levels, note = {
        "zh": ("两条路，别走混", "急的，直着走", (("你", "看见孩子有危险"), ("110", "不等批准，不看户口"),
               ("督导员", "打完就告诉她")), "不急的，一层层送",
               ("你：哪个需要，几个人，最晚哪天", "乡镇督导员：一周没回音，再问", "县里：两次没回音，上一层"),
               "孩子的事，一个对一个说，不进群。"),
        "en": ("Two roads, never mixed", "Danger: straight", (("You", "see a child in danger"),
               ("110", "no permission, no papers"), ("Supervisor", "told right after")),
               "The rest: level by level",
               ("You: what is needed, for how many, by when", "Supervisor: a week without answer, ask again",
                "County: twice without answer, one level up"), "A child is spoken of one to one, not in groups."),
    }[language]  # fmt: skip
    sheet = Sheet()
    sheet.title(title)
    sheet.y += sheet.say(urgent, EDGE, sheet.y, size=30, weight="Bold", colour=BAD) + 8
    for number, (head, text) in enumerate(straight):
        sheet.box(head, text, tone=BAD, ground=PALE)
        if number < len(straight) - 1:
            sheet.arrow(tone=BAD)
    sheet.y += GAP + 10
    sheet.y += sheet.say(rest, EDGE, sheet.y, size=30, weight="Bold", colour=BRAND) + 8
    for number, text in enumerate(levels):
        sheet.box(text, "")
        if number < len(levels) - 1:
            sheet.arrow(tone=BRAND)
    sheet.note(note)
    sheet.keep(f"two-roads.{language}")


PICTURES = (four_steps, five_numbers, four_lines, four_links, two_roads)

if __name__ == "__main__":
    for draw in PICTURES:
        for spoken in ("zh", "en"):
            draw(spoken)
