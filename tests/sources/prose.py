"""Made-up reports: nobody's words, nobody's figures."""

PARAGRAPHS = (
    "过去一年，全市上下稳中求进，真抓实干，经济运行总体平稳。地区生产总值增长{growth}%，粮食总产量稳中有增，城镇新增就业2.3万人，"
    "一般公共预算收入增长4.1%，居民消费价格上涨1.2%。我们坚持项目为王，新开工项目稳步增加，重点工程有序推进，营商环境持续改善。",
    "我们着力保障和改善民生。新建改建学校六所，老旧小区改造惠及群众，城乡居民基本医疗保险实现应保尽保，社会大局保持和谐稳定。"
    "同时，我们也清醒地看到，发展不平衡不充分的问题仍然存在，产业结构有待优化，部分企业生产经营困难，政府自身建设还需加强。",
    "今年是深入实施规划的重要一年。经济社会发展的主要预期目标是：地区生产总值增长6%左右，城镇新增就业2万人以上，"
    "居民消费价格涨幅控制在3%以内，粮食产量保持稳定，生态环境质量持续改善。",
    "为实现上述目标，要重点做好以下工作：加快建设现代化产业体系，扩大有效投资，促进消费持续恢复；深化重点领域改革，扩大对外开放；"
    "全面推进乡村振兴，建设宜居宜业的美丽乡村；加强生态保护，打好污染防治攻坚战；统筹发展和安全，提高治理水平。",
)


def lines(year: int, government: str = "市人民政府", growth: float = 6.1) -> list[str]:
    """A short report, a paragraph a line."""
    review, living, targets, tasks = (paragraph.format(growth=growth) for paragraph in PARAGRAPHS)
    return [
        "政府工作报告", f"——{year}年1月12日在人民代表大会会议上", "各位代表：",
        f"现在，我代表{government}，向大会报告政府工作，请予审议，并请各位政协委员和其他列席人员提出意见。",
        f"一、{year - 1}年工作回顾", review, living, f"二、{year}年工作安排", targets, tasks,
        "各位代表！让我们团结一心，扎实工作，为完成全年目标任务而努力奋斗！",
    ]  # fmt: skip


def plain(year: int, growth: float = 6.1) -> bytes:
    """The report as a text file."""
    return "\n\n".join(lines(year, growth=growth)).encode()


def rendered(year: int, growth: float = 6.1) -> str:
    """The report as a wiki renders it: a header with its neighbours, the text, a box with the licence."""
    body = "\n".join(f"<p>　　{line}</p>" for line in lines(year, "国务院", growth))
    return (
        '<div class="mw-content-ltr mw-parser-output" lang="zh" dir="ltr"><table class="headertemplate"><tbody><tr>'
        f'<td>←<a href="/wiki/{year - 1}">上一年</a></td><td><b>{year}年政府工作报告</b></td>'
        f'<td><a href="/wiki/{year + 1}">下一年</a>→</td></tr></tbody></table>\n{body}\n'
        '<div class="licenseContainer"><p>本作品在中国大陆属于公有领域。</p></div></div>'
    )


def web_page(year: int, growth: float = 6.1) -> bytes:
    """The report as a page of a government's site."""
    body = "\n".join(f"<p>{line}</p>" for line in lines(year, growth=growth))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{year}年政府工作报告</title></head><body>'
        f'<div class="nav"><a href="/">首页</a> <a href="/zw">政务</a></div><div class="content">{body}</div>'
        '<div class="footer">版权所有</div></body></html>'
    ).encode()


LOGIN = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>用户登录</title></head><body><form action="/login">'
    '用户名<input name="user">密码<input type="password" name="word"><button>登录</button></form></body></html>'
).encode()
NOT_FOUND = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>404</title></head><body><h1>404</h1>'
    "<p>您访问的页面不存在或已被删除。</p><a href='/'>返回首页</a></body></html>"
).encode()
