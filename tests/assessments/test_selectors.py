"""How a stem is shown: what happened as text, what is asked as the legend of its options."""

import pytest

from assessments.selectors import story_and_question


@pytest.mark.parametrize(
    ("stem", "story", "ask"),
    [
        ("您下一步怎么做？", [], "您下一步怎么做？"),
        ("村民来了。\n\n他说“别管”。\n您怎么做？先想想。", ["村民来了。", "他说“别管”。"], "您怎么做？先想想。"),
        ("他说“撞的”，不看你。你会怎么做？", ["他说“撞的”，不看你。"], "你会怎么做？"),
        ("她说：“别告诉奶奶。”你应当：", ["她说：“别告诉奶奶。”"], "你应当："),
        ("A boy is hurt. He says “I fell.” What do you do?", ["A boy is hurt. He says “I fell.”"], "What do you do?"),
        ("", [], ""),
    ],
)
def test_the_story_stands_apart_from_the_question(stem, story, ask):
    assert story_and_question(stem) == (story, ask)
