from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class LawExcerptBlock(blocks.StructBlock):
    """What one article says, in our own words, with our plain reading beside it. Never a quotation.

    The clause is chosen from the register, so a lesson always cites law, article and version, and the lessons that
    cite an amended law can be listed.
    """

    clause = SnippetChooserBlock("content.LawClause", label=_("条文"))
    paraphrase = blocks.RichTextBlock(features=["bold"], label=_("我们的转述"), help_text=_("用自己的话，不抄原文。"))
    reading = blocks.RichTextBlock(features=["bold"], required=False, label=_("对你意味着什么"))

    def get_searchable_content(self, value):
        """With the law's title, in the language of the words: who looks for the law finds the lesson."""
        words = super().get_searchable_content(value)
        clause = value.get("clause")
        if clause is None:
            return words
        is_chinese = any("\u4e00" <= character <= "\u9fff" for character in " ".join(words))
        return [clause.law.title_zh if is_chinese else clause.law.title_en, *words]

    class Meta:
        icon = "doc-full"
        label = _("法条")
        description = _("选一条法律条文（法律、条、版本），用自己的话转述，再写对她意味着什么")
        template = "blocks/law_excerpt_block.html"
        preview_value = {
            "clause": None,
            "paraphrase": "<p>发现孩子疑似受到侵害，要立即报告。</p>",
            "reading": "<p>“疑似”两个字就是写给你的。</p>",
        }
