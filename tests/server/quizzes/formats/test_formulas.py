"""Formulas of other programs: MathML, pictures of formulas, raised text; kept, or their loss told."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.quizzes.formats.html import from_html, text_of_html
from server.quizzes.formats.markdown import from_plain
from server.quizzes.questions.rendering import draw_text


def drawn(html: str) -> str:
    return draw_text(from_html(html).text)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("10<sup>3 </sup>?", "$10^{3}$ ?"),
        ("10<sup>\N{MINUS SIGN}3</sup>", "$10^{-3}$"),
        ("4<sup>1/2</sup>", "$4^{1/2}$"),
        ("10<sup>–3</sup>", "$10^{-3}$"),
        ('x<span style="vertical-align: super;">2</span>', "x$^{2}$"),
        ("w<sub>i,j</sub>", "w$_{i,j}$"),
        ("a<sup>(2)</sup>", "a$^{(2)}$"),
        ("x<sub>i</sub><sup>2</sup>", "x$_{i}^{2}$"),
        ("x<sup>2</sup><sup>3</sup>", "x$^{2}{}^{3}$"),
        ("x<sup>the size</sup>", r"x$^{the\ size}$"),
        ("x<sup>{50%}</sup>", r"x$^{\{50\%\}}$"),
        ("CO<sub>2</sub>5", "CO$_{2}5$"),
        ("x<sup>a<sub>b</sub></sup>", "x$^{a_{b}}$"),
        ("<code>x<sup>2</sup></code>", "`x^2`"),
        ("a<sup> </sup>b", "a b"),
        (r"2\(x\)5", "$2x{}5$"),
    ],
)
def test_raised_text_stays_raised(html: str, markdown: str):
    assert from_html(html).text == markdown


PARTS = st.text("ab2 ()-+*/,.\N{MINUS SIGN}α%_{}\\&#^~|=<>'é", min_size=1, max_size=12).filter(str.strip)


@example("2", "2", "\\", "sup")
@given(PARTS, PARTS, PARTS, st.sampled_from(["sup", "sub"]))
def test_whatever_is_raised_is_drawn_raised_or_told(before: str, raised: str, after: str, tag: str):
    """No part of it is lost, and none stands beside it as plain text."""
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;") for text in (before, raised, after)]
    found = from_html("{0}<{3}>{1}</{3}>{2}".format(*escaped, tag))
    assert found.lost or f"<m{tag}>" in draw_text(found.text)


@pytest.mark.parametrize(
    ("inside", "latex"),
    [
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", r"\frac{1}{2}"),
        ("<mrow><msup><mi>x</mi><mn>2</mn></msup><mo>\N{MINUS SIGN}</mo><mi>y</mi></mrow>", "x^{2} - y"),
        ("<msubsup><mi>w</mi><mi>i</mi><mn>2</mn></msubsup>", "w_{i}^{2}"),
        ("<msqrt><mi>a</mi><mo>+</mo><mn>1</mn></msqrt>", r"\sqrt{a + 1}"),
        ("<mroot><mi>a</mi><mn>3</mn></mroot>", r"\sqrt[3]{a}"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", r"\sum _{i}^{n}"),
        ("<mi>sin</mi><mo>\u2061</mo><mi>x</mi>", r"\sin x"),
        ("<mover><mi>x</mi><mo>^</mo></mover>", r"\hat{x}"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a,b)"),
        ("<mfenced separators=';,'><mi>a</mi><mi>b</mi><mi>c</mi><mi>d</mi></mfenced>", "(a;b,c,d)"),
        ("<mfenced separators=''><mi>a</mi><mi>b</mi></mfenced>", "(ab)"),
        ("<mfenced open='{' close='}'><mi>a</mi><mi>b</mi></mfenced>", r"\{a,b\}"),
        ("<mfenced open='[' close=')'><mi>a</mi></mfenced>", "[a)"),
        ("<mfenced/>", "()"),
        ("<mo>{</mo><mi>a</mi><mo>}</mo>", r"\{ a \}"),
        ("<mfenced open='‖' close='‖'><mi>a</mi></mfenced>", r"\Vert a\Vert"),
        (
            "<mfenced open='{' close=''><mtable><mtr><mtd><mi>a</mi></mtd></mtr></mtable></mfenced>",
            r"\left\{\begin{matrix}a\end{matrix}\right.",
        ),
        ("<mtext>if so</mtext>", r"\text{if so}"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable>", r"\begin{matrix}1\end{matrix}"),
        ("<semantics><mi>x</mi><annotation encoding='LaTeX'>a_b</annotation></semantics>", "a_b"),
    ],
)  # fmt: skip
def test_mathml_becomes_latex_that_can_be_drawn(inside: str, latex: str):
    found = from_html(f"<p>a <math xmlns='http://www.w3.org/1998/Math/MathML'>{inside}</math> b</p>")
    assert (found.text, found.lost) == (f"a ${latex}$ b", ())
    assert "<math" in draw_text(found.text)


def test_a_prefix_and_safe_spelling_of_mathml_are_known():
    assert from_html("<m:math><m:mi>x</m:mi></m:math>").text == "$x$"
    assert from_html("«math xmlns=¨x¨»«mi»x«/mi»«mo»&#38;lt;«/mo»«/math»").text.startswith("$x")


@pytest.mark.parametrize(
    "inside", ["<mglyph/>", "<mmultiscripts><mi>x</mi></mmultiscripts>", "text", "<mfrac/>", ""]
)
def test_a_formula_that_cannot_be_read_is_told(inside: str):
    assert from_html(f"<math>{inside}</math> is?").lost


@pytest.mark.parametrize(
    "html",
    [
        "<script type='math/tex'>x^2</script>",
        "<img src='https://a.b/filter/tex/pix.php/0a.gif' alt='x^2'>",
        "<img class='Wirisformula' data-mathml='«math»«msup»«mi»x«/mi»«mn»2«/mn»«/msup»«/math»' alt='x'>",
    ],
)
def test_formulas_in_other_clothes_are_formulas(html: str):
    assert "<msup>" in drawn(html)


def test_an_answer_to_be_typed_keeps_its_exponent():
    assert text_of_html("10<sup>3</sup>") == "10^3"


@pytest.mark.parametrize("text", [r"10\(^{3}\)", r"\(x\)5", "2$x$", r"\(a\)1\(b\)"])
def test_digits_beside_a_formula_do_not_hide_it(text: str):
    """A $ beside a digit is that of a price to Markdown."""
    assert "$" not in draw_text(from_plain(text))
