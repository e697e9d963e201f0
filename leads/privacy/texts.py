"""What customers are told where nobody has written another text: who, what for, what, how long, which rights (PIPL 17, 44–50)."""

ZH = """我们是{company}（{project}）。你来看房、看货或留下联系方式时，我们会记下：
一、记什么：姓名或称呼、手机号、什么时候来过、由谁接待、你说的需要。不记身份证号，不做人脸识别。
二、做什么用：联系你，由同一位业务员接待你，分清哪位业务员先联系的你，签约和售后。
三、谁看得到：接待你的业务员、前台和主管；别人只看得到后四位。不卖给、不给别的公司；要给，先告诉你，你同意才给。
四、存多久：没来过的，保护期结束后一年内删；来过没签的，最后一次联系后三年内删；签了约的，按法律要求留到期满。
五、你的权利：可以查看、复制、更正、停止使用、删除，可以撤回同意。对前台或业务员说一声，30 天内办好；不满意可以向网信部门投诉或起诉。
六、不同意也照样接待你：可以不留姓名和手机号。
有事找：{company}，{project}前台。"""
EN = """We are {company} ({project}). When you visit us or leave your contact details, we write down:
1. What: your name or how to address you, mobile number, when you came, who received you, what you are looking for. No \
ID number, no face recognition.
2. What for: to contact you, to have the same consultant receive you, to tell which consultant was in touch with you \
first, contract and service.
3. Who sees it: the consultant who receives you, the front desk and the manager; others see the last four digits only. \
It is not sold or given to another company; before it is given, you are told and asked.
4. How long: if you never came, up to a year after the protection ended; if you came and did not sign, up to three \
years after the last contact; if you signed, as long as the law requires.
5. Your rights: see, copy, correct, stop or erase it, and take your consent back. Tell the front desk or your \
consultant: answered within 30 days. You may complain to the authorities or go to court.
6. You are received all the same if you do not agree: you need not leave a name or number.
Contact: {company}, front desk of {project}."""


def default(company: str, project: str) -> tuple[str, str]:
    """In Chinese and in English."""
    names = {"company": company, "project": project}
    return ZH.format(**names), EN.format(**names)
