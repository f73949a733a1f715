"""Problems of who asks: who they are, what they may do, and what is there for them."""

from collections.abc import Mapping

from ledger.texts.wording import Problem

ACCESS: Mapping[str, Problem] = {
    "unauthenticated": Problem(
        ("未能确认身份", "Not signed in"),
        (
            "访问令牌缺失、有误、已过期或已收回。请使用有效的令牌，或向系统管理员重新申领。",
            "The access token is missing, wrong, expired or revoked. Use a valid one or ask the administrator for a "
            "new one.",
        ),
        (
            "每个请求都须带 Authorization: Bearer 令牌。为安全起见，令牌有误、过期和收回的答复相同；"
            "遗失的令牌不能找回，只能由系统管理员重新授权。",
            "Every request carries an Authorization: Bearer token. Wrong, expired and revoked tokens are answered "
            "alike on purpose; a lost token cannot be recovered, only granted anew by the administrator.",
        ),
    ),
    "forbidden": Problem(
        ("无权进行此项操作", "Not allowed"),
        (
            "您无权进行此项操作。请由有权限的人员办理，或请系统管理员核对授权。",
            "You may not do this. Ask someone who may, or have the administrator check your access.",
        ),
        (
            "每种角色只能办理规定的操作；他人记录的内容由记录人或组织部门更正和撤销，"
            "申诉由既未审定封存也未评分的人员决定。GET /v1/me 列出您可以办理的操作。",
            "Every role has its own actions; what others recorded is corrected or annulled by them or an organiser, "
            "and an appeal is decided by someone who neither sealed nor scored. GET /v1/me lists what you may do.",
        ),
    ),
    "own-record": Problem(
        ("不得办理本人事务", "Your own record"),
        (
            "此项操作涉及您本人或您所在的考核组。请由其他有权限的人员办理。",
            "This concerns your own record or your own group. Someone else with the right role must do it.",
        ),
        (
            "与某一干部关联的账号，对本人只能报送、撤回报送、签收和申诉，不得审定封存、"
            "重开本人所在的考核组或为其发布考核方案。请由无利害关系的人员办理。",
            "A principal linked to a cadre may, on its own record, only submit, withdraw, acknowledge and appeal, and "
            "may not seal, reopen or adopt for its own group. Someone without an interest in it must do this.",
        ),
    ),
    "consultation-required": Problem(
        ("须先登记查阅", "A consultation is required"),
        (
            "您的角色须先登记查阅才能读取干部的个人记录。请写明用途和事由登记查阅，再凭查阅编号读取。",
            "Your role reads a person's record only through a consultation. Open one with its purpose and matter, "
            "then read with its number.",
        ),
        (
            "用 POST /v1/consultations 登记干部、用途和事由，8 小时内在读取时加上 consultation 参数。"
            "每次查阅都记入考核台账，供审计核查。",
            "POST /v1/consultations with the cadres, the purpose and the matter; for 8 hours add the consultation "
            "parameter when reading. Every consultation is kept in the ledger for auditors.",
        ),
    ),
    "not-found": Problem(
        ("没有此内容", "Not found"),
        (
            "没有此内容，或不在您的管理范围内。请核对地址和编号。",
            "There is nothing here, or it is outside your scope. Check the address and the ids in it.",
        ),
        (
            "管理范围以外的内容与不存在的内容答复相同。地址无误时，请系统管理员核对您的单位和考核组范围。",
            "What is outside your scope is answered like what does not exist. If the address is right, ask the "
            "administrator to check the units and groups of your access.",
        ),
    ),
    "unknown-cadre": Problem(
        ("没有此干部", "Unknown cadre"),
        (
            "没有此干部，或不在您的管理范围内。请核对干部编号；新任干部由组织部门先行登记。",
            "There is no such cadre, or it is outside your scope. Check the id; a new cadre is registered by an "
            "organiser first.",
        ),
        (
            "干部须先登记才能记录其他事件。管理范围以干部所在单位和考核组为准，范围以外的干部与不存在的答复相同。",
            "A cadre is registered before anything else is recorded. Scope goes by unit and group; who is outside it "
            "is answered like who does not exist.",
        ),
    ),
    "unknown-group": Problem(
        ("没有此考核组", "Unknown group"),
        (
            "没有此考核组，或不在您的管理范围内。请核对考核组代码。",
            "There is no such group, or it is outside your scope. Check its code.",
        ),
        (
            "考核组随其第一个考核方案或干部任职而出现，GET /v1/groups 列出您可以看到的考核组。",
            "A group comes into being with its first scheme or posting; GET /v1/groups lists those that you may see.",
        ),
    ),
    "unknown-event": Problem(
        ("没有此事件", "Unknown event"),
        (
            "没有此事件，或不在您的管理范围内，或其干部、类型与此项操作不符。请核对事件编号。",
            "There is no such event, it is outside your scope, or it is of another cadre or type than this needs. "
            "Check its id.",
        ),
        (
            "更正、撤销、审核、签收和申诉决定都须指明同一干部的一个事件。GET /v1/cadres/{cadre}/events "
            "列出其全部事件。",
            "Corrections, annulments, reviews, acknowledgements and decisions on appeals name an event of the same "
            "cadre. GET /v1/cadres/{cadre}/events lists them.",
        ),
    ),
}
