<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>Audit</name>
    <message>
        <source>采证站</source>
        <translation>the station</translation>
    </message>
    <message>
        <source>本机命令（{account}）</source>
        <translation>command on the machine ({account})</translation>
    </message>
    <message>
        <source>这一行不是台账记录，请立即核验</source>
        <translation>This line is no ledger entry: run the check now</translation>
    </message>
    <message>
        <source>编号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>时间</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>何人</source>
        <translation>By</translation>
    </message>
    <message>
        <source>录像</source>
        <translation>Clip</translation>
    </message>
    <message>
        <source>采集批次</source>
        <translation>Docking</translation>
    </message>
    <message>
        <source>检查点</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>上一条</source>
        <translation>Line before</translation>
    </message>
    <message>
        <source>原文</source>
        <translation>Exact line</translation>
    </message>
    <message>
        <source>尚未签名（下一个检查点将覆盖）</source>
        <translation>Not signed yet; the next checkpoint will cover it</translation>
    </message>
    <message>
        <source>已由 {size} 行的签名检查点覆盖</source>
        <translation>Covered by the signed checkpoint over {size} lines</translation>
    </message>
    <message>
        <source>已导出 {count} 条，附检查点和证明：{path}
SHA-256 {sha256}</source>
        <translation>{count} entries exported with checkpoint and proofs: {path}
SHA-256 {sha256}</translation>
    </message>
    <message>
        <source>事项</source>
        <translation>What</translation>
    </message>
    <message>
        <source>人员</source>
        <translation>People</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>导出这些记录</source>
        <translation>Export these entries</translation>
    </message>
    <message>
        <source>没有符合条件的记录</source>
        <translation>No entry is as asked for</translation>
    </message>
    <message>
        <source>较新</source>
        <translation>Newer</translation>
    </message>
    <message>
        <source>刷新</source>
        <translation>Refresh</translation>
    </message>
    <message>
        <source>第 %1 页</source>
        <translation>Page %1</translation>
    </message>
    <message>
        <source>较早</source>
        <translation>Older</translation>
    </message>
</context>
<context>
    <name>BayLesson</name>
    <message>
        <source>请把一台记录仪插入下面这个采集口</source>
        <translation>Plug a recorder into this bay</translation>
    </message>
    <message>
        <source>逐个插入，逐个登记</source>
        <translation>One bay after the other</translation>
    </message>
    <message>
        <source>按“开始登记”，再用同一台记录仪从 1 号口起依次插入每个采集口；屏幕记下它插在哪个 USB 口。中途可以跳过坏口。没有登记的口照常采集，只是编号由系统临时分配。</source>
        <translation>Press “Begin”, then plug one and the same recorder into every bay, from bay 1 on; the screen notes which USB port it is in. A broken bay can be skipped. A bay that is not mapped collects all the same, only its number is given for the time being.</translation>
    </message>
    <message>
        <source>整个集线器</source>
        <translation>The whole hub</translation>
    </message>
    <message>
        <source>只登记这一个</source>
        <translation>This bay only</translation>
    </message>
    <message>
        <source>开始登记</source>
        <translation>Begin</translation>
    </message>
    <message>
        <source>再按一次，全部清除</source>
        <translation>Press again to forget all</translation>
    </message>
    <message>
        <source>清除现场登记</source>
        <translation>Forget what was mapped here</translation>
    </message>
    <message>
        <source>上一个</source>
        <translation>Before</translation>
    </message>
    <message>
        <source>跳过</source>
        <translation>Skip</translation>
    </message>
    <message>
        <source>完成并保存</source>
        <translation>Done, keep it</translation>
    </message>
    <message>
        <source>取消，不保存</source>
        <translation>Cancel, keep nothing</translation>
    </message>
</context>
<context>
    <name>BayMap</name>
    <message>
        <source>还没有登记任何采集口</source>
        <translation>No bay is mapped yet</translation>
    </message>
</context>
<context>
    <name>Bays</name>
    <message>
        <source>认得这个集线器：{hub}。按它的顺序登记 {first}–{last} 号口？</source>
        <translation>This hub is known: {hub}. Take bays {first} to {last} in its order?</translation>
    </message>
    <message>
        <source>这是 {slot} 号口，刚才已登记。请插入 {next} 号口。</source>
        <translation>That is bay {slot}, mapped already. Please use bay {next}.</translation>
    </message>
    <message>
        <source>已记下，请插下一个。插过的记录仪可以拔出，再插到下一个口。</source>
        <translation>Noted; the next one, please. Pull the recorder out and plug it into the next bay.</translation>
    </message>
    <message>
        <source>登记期间插入的记录仪先不采集，登记结束后自动采集。</source>
        <translation>What is plugged in meanwhile is collected when the lesson is over.</translation>
    </message>
    <message>
        <source>现场登记</source>
        <translation>mapped here</translation>
    </message>
    <message>
        <source>配置文件</source>
        <translation>settings</translation>
    </message>
    <message>
        <source>采集柜自带</source>
        <translation>the dock itself</translation>
    </message>
    <message>
        <source>另一处正在登记采集口</source>
        <translation>Bays are being mapped elsewhere</translation>
    </message>
    <message>
        <source>请先完成或取消那里的登记；两分钟没有动静会自动取消。</source>
        <translation>End or cancel it there; after two minutes of silence it is cancelled by itself.</translation>
    </message>
    <message>
        <source>登记已自动取消</source>
        <translation>The lesson was cancelled</translation>
    </message>
    <message>
        <source>太久没有动静，没有保存任何改动。请重新开始。</source>
        <translation>Nothing happened for too long; nothing was kept. Please begin again.</translation>
    </message>
    <message>
        <source>这个集线器不能从这个口号排起</source>
        <translation>This hub does not fit from this number on</translation>
    </message>
    <message>
        <source>请只登记这一个，或用“上一个”“跳过”换一个口号。</source>
        <translation>Take this bay only, or choose another number with “Before” and “Skip”.</translation>
    </message>
    <message>
        <source>采集口登记</source>
        <translation>Map the bays</translation>
    </message>
    <message>
        <source>哪个 USB 口是几号采集口</source>
        <translation>Which USB port is which bay</translation>
    </message>
</context>
<context>
    <name>Binding</name>
    <message>
        <source>已绑定</source>
        <translation>Bound</translation>
    </message>
    <message>
        <source>{recorder} 交给谁</source>
        <translation>Who gets {recorder}</translation>
    </message>
    <message>
        <source>绑定哪台记录仪</source>
        <translation>Bind which recorder</translation>
    </message>
    <message>
        <source>{recorder}（未绑定）</source>
        <translation>{recorder} (nobody&apos;s)</translation>
    </message>
</context>
<context>
    <name>Board</name>
    <message>
        <source>今天已交回</source>
        <translation>Home today</translation>
    </message>
    <message>
        <source>今天未交回</source>
        <translation>Not docked today</translation>
    </message>
    <message>
        <source>今天采集时长</source>
        <translation>Recorded today</translation>
    </message>
    <message>
        <source>待标注</source>
        <translation>To be tagged</translation>
    </message>
    <message>
        <source>超 {hours} 小时才交</source>
        <translation>Over {hours} h late</translation>
    </message>
    <message>
        <source>超 {days} 天未归案</source>
        <translation>No case, {days} days</translation>
    </message>
    <message>
        <source>超 {days} 天未上传</source>
        <translation>Not sent, {days} day</translation>
    </message>
    <message>
        <source>那一天之后还没有签名的检查点，抽查名单稍后产生。</source>
        <translation>No checkpoint has been signed since that day ended; the lot is drawn when there is one.</translation>
    </message>
    <message>
        <source>{day} 的 {among} 段中抽 {count} 段，种子公开，谁都可以重算：{seed}</source>
        <translation>Up to {count} of the {among} clips of {day}, drawn by a public seed that anybody can check: {seed}</translation>
    </message>
    <message>
        <source>未交回</source>
        <translation>Not docked</translation>
    </message>
    <message>
        <source>交晚了</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>未交接</source>
        <translation>Not handed in</translation>
    </message>
    <message>
        <source>已交接</source>
        <translation>Handed in</translation>
    </message>
    <message>
        <source>今天的队伍</source>
        <translation>The squad today</translation>
    </message>
    <message>
        <source>抽查</source>
        <translation>To look through</translation>
    </message>
    <message>
        <source>绑定记录仪</source>
        <translation>Bind a recorder</translation>
    </message>
</context>
<context>
    <name>Browser</name>
    <message>
        <source>没有找到录像</source>
        <translation>No clips found</translation>
    </message>
</context>
<context>
    <name>Bulk</name>
    <message>
        <source>{clips}打上标签“{value}”</source>
        <translation>{clips} tagged “{value}”</translation>
    </message>
    <message>
        <source>{clips}归入 {value}</source>
        <translation>{clips} linked to {value}</translation>
    </message>
    <message>
        <source>给{clips}打标签</source>
        <translation>Tag {clips}</translation>
    </message>
    <message>
        <source>把{clips}归入案件</source>
        <translation>Link {clips} to a case</translation>
    </message>
</context>
<context>
    <name>Card</name>
    <message>
        <source>无人认领</source>
        <translation>nobody&apos;s</translation>
    </message>
    <message>
        <source>已销毁</source>
        <translation>Destroyed</translation>
    </message>
    <message>
        <source>已损坏</source>
        <translation>Damaged</translation>
    </message>
    <message>
        <source>待标注</source>
        <translation>To be tagged</translation>
    </message>
    <message>
        <source>已标注</source>
        <translation>Tagged</translation>
    </message>
</context>
<context>
    <name>Case</name>
    <message>
        <source>未编号案件</source>
        <translation>Case without number</translation>
    </message>
    <message>
        <source>说法不一</source>
        <translation>Contested</translation>
    </message>
    <message>
        <source>已结</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>办理中</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>案件编号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>名称</source>
        <translation>Title</translation>
    </message>
    <message>
        <source>类型</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>地点</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>发生时间</source>
        <translation>Occurred</translation>
    </message>
    <message>
        <source>当事人</source>
        <translation>Parties</translation>
    </message>
    <message>
        <source>立案</source>
        <translation>Opened</translation>
    </message>
    <message>
        <source>结案</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>录像</source>
        <translation>Clips</translation>
    </message>
    <message>
        <source>{clips}，另有{beyond}不在您的查看范围</source>
        <translation>{clips}; {beyond} more beyond what you may view</translation>
    </message>
    <message>
        <source>{clip} 也被归入 {others}</source>
        <translation>{clip} was also linked to {others}</translation>
    </message>
    <message>
        <source>这起案件不在您的查看范围，或已经读不到。</source>
        <translation>This case is beyond what you may view, or can not be read.</translation>
    </message>
    <message>
        <source>{clips}移出案件</source>
        <translation>{clips} taken out of the case</translation>
    </message>
    <message>
        <source>已确认归入本案</source>
        <translation>Confirmed: it belongs here</translation>
    </message>
    <message>
        <source>{count} 起</source>
        <translation>{count} cases</translation>
    </message>
</context>
<context>
    <name>CaseClips</name>
    <message>
        <source>还没有录像归入本案</source>
        <translation>No clip is linked to this case yet</translation>
    </message>
    <message>
        <source>已选 %1</source>
        <translation>%1 picked</translation>
    </message>
    <message>
        <source>移出案件</source>
        <translation>Take out</translation>
    </message>
    <message>
        <source>取消选择</source>
        <translation>Unpick</translation>
    </message>
</context>
<context>
    <name>CaseDoubt</name>
    <message>
        <source>属于本案</source>
        <translation>Belongs here</translation>
    </message>
    <message>
        <source>不属于本案</source>
        <translation>Does not</translation>
    </message>
</context>
<context>
    <name>CaseHead</name>
    <message>
        <source>返回案件列表</source>
        <translation>Back to the cases</translation>
    </message>
    <message>
        <source>清单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>地图</source>
        <translation>Map</translation>
    </message>
    <message>
        <source>在证据中查看</source>
        <translation>Show in Evidence</translation>
    </message>
    <message>
        <source>导出</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>添加录像</source>
        <translation>Add clips</translation>
    </message>
</context>
<context>
    <name>CasePicker</name>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>选择案件</source>
        <translation>Choose a case</translation>
    </message>
    <message>
        <source>编号含 %1</source>
        <translation>Number contains %1</translation>
    </message>
    <message>
        <source>没有这样的未结案件</source>
        <translation>No such open case</translation>
    </message>
</context>
<context>
    <name>CaseSearch</name>
    <message>
        <source>搜索案件</source>
        <translation>Search cases</translation>
    </message>
    <message>
        <source>编号、名称、地点、当事人，或拼音首字母</source>
        <translation>Number, title, place, people, or first letters of pinyin</translation>
    </message>
    <message>
        <source>清空</source>
        <translation>Clear</translation>
    </message>
</context>
<context>
    <name>CaseTimes</name>
    <message>
        <source>案件时间轴</source>
        <translation>Time line of the case</translation>
    </message>
    <message>
        <source>放大时间轴</source>
        <translation>Nearer</translation>
    </message>
    <message>
        <source>缩小时间轴</source>
        <translation>Farther</translation>
    </message>
</context>
<context>
    <name>Casebook</name>
    <message>
        <source>没有找到案件</source>
        <translation>No cases found</translation>
    </message>
</context>
<context>
    <name>Check</name>
    <message>
        <source>启动以来还没有核验</source>
        <translation>Not checked since the start</translation>
    </message>
    <message>
        <source>正在核验</source>
        <translation>Checking</translation>
    </message>
    <message>
        <source>核验已停止</source>
        <translation>Check stopped</translation>
    </message>
    <message>
        <source>发现 {count} 处问题</source>
        <translation>{count} faults found</translation>
    </message>
    <message>
        <source>台账和全部证据完好</source>
        <translation>Ledger and all evidence are whole</translation>
    </message>
    <message>
        <source>台账完好</source>
        <translation>The ledger is whole</translation>
    </message>
    <message>
        <source>逐行核对台账、签名，并重读每一件证据。采集不受影响。</source>
        <translation>Every line, every signature, every object read again. Intake goes on.</translation>
    </message>
    <message>
        <source>台账 {lines} 行，证据 {objects} 件（{size}）</source>
        <translation>{lines} ledger lines, {objects} objects ({size})</translation>
    </message>
    <message>
        <source>最后 {count} 行尚未签名</source>
        <translation>the last {count} lines are not signed yet</translation>
    </message>
    <message>
        <source>{count} 个文件不在台账里</source>
        <translation>{count} files that the ledger does not know</translation>
    </message>
</context>
<context>
    <name>CheckPanel</name>
    <message>
        <source>全部核验</source>
        <translation>Check everything</translation>
    </message>
    <message>
        <source>只核台账</source>
        <translation>Ledger only</translation>
    </message>
    <message>
        <source>停止</source>
        <translation>Stop</translation>
    </message>
</context>
<context>
    <name>Clip</name>
    <message>
        <source>等待采集</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>采集中</source>
        <translation>Copying</translation>
    </message>
    <message>
        <source>校验中</source>
        <translation>Verifying</translation>
    </message>
    <message>
        <source>已入库</source>
        <translation>In the vault</translation>
    </message>
    <message>
        <source>此前已入库</source>
        <translation>Already held</translation>
    </message>
    <message>
        <source>未采集</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>已隔离</source>
        <translation>Quarantined</translation>
    </message>
    <message>
        <source>采集中断</source>
        <translation>Interrupted</translation>
    </message>
</context>
<context>
    <name>Coverage</name>
    <message>
        <source>本班 {begins}–{ends}</source>
        <translation>Shift {begins}–{ends}</translation>
    </message>
    <message>
        <source>已录 {span}</source>
        <translation>Recorded {span}</translation>
    </message>
    <message>
        <source>已说明 {span}</source>
        <translation>Explained {span}</translation>
    </message>
    <message>
        <source>未说明 {span}</source>
        <translation>Unexplained {span}</translation>
    </message>
    <message>
        <source>{time} 两段录像之间缺 {gap} 秒</source>
        <translation>{time}: {gap} s missing between two files of one recording</translation>
    </message>
    <message>
        <source>另有 {count} 处缺失，请告知中队长</source>
        <translation>{count} more places; tell your squad leader</translation>
    </message>
    <message>
        <source>未说明</source>
        <translation>Unexplained</translation>
    </message>
    <message>
        <source>说明未录时段（{count}）</source>
        <translation>Explain gaps ({count})</translation>
    </message>
    <message>
        <source>更改说明</source>
        <translation>Change a reason</translation>
    </message>
    <message>
        <source>记录仪充电</source>
        <translation>Recorder charging</translation>
    </message>
    <message>
        <source>用餐休息</source>
        <translation>Meal break</translation>
    </message>
    <message>
        <source>备勤，没有执法活动</source>
        <translation>On standby, nothing to record</translation>
    </message>
    <message>
        <source>记录仪故障</source>
        <translation>Recorder fault</translation>
    </message>
    <message>
        <source>其他原因</source>
        <translation>Another reason</translation>
    </message>
    <message>
        <source>撤回说明</source>
        <translation>Withdraw the reason</translation>
    </message>
    <message>
        <source>正在采集</source>
        <translation>Being collected</translation>
    </message>
    <message>
        <source>{begins} 与 {ends} 之间，编号 {numbers} 从未到达本站</source>
        <translation>Between {begins} and {ends}, numbers {numbers} never reached this station</translation>
    </message>
    <message>
        <source>{begins} 与 {ends} 之间，编号 {numbers} 没有到达本站，或编号规则变了</source>
        <translation>Between {begins} and {ends}, numbers {numbers} did not reach this station, or numbering changed</translation>
    </message>
</context>
<context>
    <name>Detail</name>
    <message>
        <source>未知</source>
        <translation>Unknown</translation>
    </message>
    <message>
        <source>已入库</source>
        <translation>In the vault</translation>
    </message>
    <message>
        <source>此前已入库</source>
        <translation>Already held</translation>
    </message>
    <message>
        <source>等待</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>未采集</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>已隔离</source>
        <translation>Quarantined</translation>
    </message>
    <message>
        <source>采集口空闲，插入执法记录仪即自动采集</source>
        <translation>This bay is empty. Plug in a recorder and collection starts by itself</translation>
    </message>
    <message>
        <source>正在采集，请勿拔出记录仪</source>
        <translation>Collecting. Please leave the recorder in place</translation>
    </message>
    <message>
        <source>采集未完成，请看下方说明</source>
        <translation>Not everything was collected. Please read below</translation>
    </message>
    <message>
        <source>采集完成，可以取走记录仪。{clips}在库</source>
        <translation>Collected. You may take the recorder. {clips} in the vault</translation>
    </message>
</context>
<context>
    <name>DetailFiles</name>
    <message>
        <source>没有接入记录仪</source>
        <translation>No recorder here</translation>
    </message>
    <message>
        <source>文件清单读取后显示在这里</source>
        <translation>The files appear here once they have been read</translation>
    </message>
</context>
<context>
    <name>DetailHead</name>
    <message>
        <source>返回采集墙</source>
        <translation>Back to the wall</translation>
    </message>
    <message>
        <source>%1 号采集口</source>
        <translation>Bay %1</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>执法证号</source>
        <translation>Badge number</translation>
    </message>
    <message>
        <source>单位</source>
        <translation>Unit</translation>
    </message>
    <message>
        <source>记录仪</source>
        <translation>Recorder</translation>
    </message>
    <message>
        <source>型号</source>
        <translation>Model</translation>
    </message>
    <message>
        <source>记录仪时钟</source>
        <translation>Recorder clock</translation>
    </message>
    <message>
        <source>电量</source>
        <translation>Battery</translation>
    </message>
    <message>
        <source>接入时间</source>
        <translation>Docked at</translation>
    </message>
    <message>
        <source>结束时间</source>
        <translation>Ended at</translation>
    </message>
</context>
<context>
    <name>DockingPanel</name>
    <message>
        <source>%1 号采集口</source>
        <translation>Slot %1</translation>
    </message>
    <message>
        <source>记录仪</source>
        <translation>Recorder</translation>
    </message>
    <message>
        <source>记录仪时钟</source>
        <translation>Recorder clock</translation>
    </message>
    <message>
        <source>是否缺失</source>
        <translation>Missing</translation>
    </message>
    <message>
        <source>交接</source>
        <translation>Handed in</translation>
    </message>
</context>
<context>
    <name>EntrySheet</name>
    <message>
        <source>只看这段录像</source>
        <translation>This clip only</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>Filter</name>
    <message>
        <source>{day} 及以前</source>
        <translation>{day} and before</translation>
    </message>
    <message>
        <source>{first} 至 {last}</source>
        <translation>{first} to {last}</translation>
    </message>
    <message>
        <source>未编号案件</source>
        <translation>Case without a number</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>近 7 天</source>
        <translation>Last 7 days</translation>
    </message>
    <message>
        <source>近 30 天</source>
        <translation>Last 30 days</translation>
    </message>
    <message>
        <source>录像</source>
        <translation>Videos</translation>
    </message>
    <message>
        <source>录音</source>
        <translation>Sound recording</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>轨迹</source>
        <translation>Tracks</translation>
    </message>
    <message>
        <source>日志</source>
        <translation>Logs</translation>
    </message>
    <message>
        <source>其他文件</source>
        <translation>Other files</translation>
    </message>
    <message>
        <source>仅在本站</source>
        <translation>Only on this station</translation>
    </message>
    <message>
        <source>正在上传</source>
        <translation>On its way</translation>
    </message>
    <message>
        <source>已在中心存储</source>
        <translation>In the central store</translation>
    </message>
    <message>
        <source>中心已回读</source>
        <translation>Read back by the centre</translation>
    </message>
    <message>
        <source>仅在中心存储</source>
        <translation>In the central store only</translation>
    </message>
    <message>
        <source>重要 {level}</source>
        <translation>Importance {level}</translation>
    </message>
    <message>
        <source>现场标为重要</source>
        <translation>Marked on the recorder</translation>
    </message>
    <message>
        <source>待标注</source>
        <translation>To be tagged</translation>
    </message>
    <message>
        <source>已标注</source>
        <translation>Tagged</translation>
    </message>
    <message>
        <source>未归案</source>
        <translation>Without a case</translation>
    </message>
    <message>
        <source>已归案</source>
        <translation>With a case</translation>
    </message>
    <message>
        <source>已锁定</source>
        <translation>Held</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>人员</source>
        <translation>Officer</translation>
    </message>
    <message>
        <source>标注</source>
        <translation>State</translation>
    </message>
    <message>
        <source>类型</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>案件</source>
        <translation>Case</translation>
    </message>
    <message>
        <source>地点</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>上传</source>
        <translation>Upload</translation>
    </message>
    <message>
        <source>重要程度</source>
        <translation>Importance</translation>
    </message>
    <message>
        <source>单位</source>
        <translation>Unit</translation>
    </message>
    <message>
        <source>记录仪</source>
        <translation>Recorder</translation>
    </message>
    <message>
        <source>{first} 等 {count} 项</source>
        <translation>{first}, {count} in all</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>全部</source>
        <translation>Show all</translation>
    </message>
    <message>
        <source>显示画面</source>
        <translation>Show pictures</translation>
    </message>
    <message>
        <source>显示列表</source>
        <translation>Show as a list</translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>1 段</source>
        <translation>1 clip</translation>
    </message>
    <message>
        <source>{count} 段</source>
        <translation>{count} clips</translation>
    </message>
    <message>
        <source>剩不到 1 分钟</source>
        <translation>under 1 min left</translation>
    </message>
    <message>
        <source>约剩 {minutes} 分钟</source>
        <translation>{minutes} min left</translation>
    </message>
    <message>
        <source>约剩 {hours} 小时 {minutes} 分</source>
        <translation>{hours} h {minutes} min left</translation>
    </message>
    <message>
        <source>{seconds} 秒</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{minutes} 分 {seconds} 秒</source>
        <translation>{minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{hours} 小时 {minutes} 分</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>{days} 天 {hours} 小时</source>
        <translation>{days} d {hours} h</translation>
    </message>
    <message>
        <source>未读取</source>
        <translation>Not read</translation>
    </message>
    <message>
        <source>准确</source>
        <translation>Correct</translation>
    </message>
    <message>
        <source>快 {span}</source>
        <translation>{span} fast</translation>
    </message>
    <message>
        <source>慢 {span}</source>
        <translation>{span} slow</translation>
    </message>
</context>
<context>
    <name>GapPicker</name>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>这段时间为什么没有录像？</source>
        <translation>Why was nothing recorded?</translation>
    </message>
    <message>
        <source>先选时段，再选原因。说明记入台账，可以更改，但不会删除。</source>
        <translation>Choose a time, then a reason. It goes into the ledger: it can be changed, never removed.</translation>
    </message>
</context>
<context>
    <name>HomeHead</name>
    <message>
        <source>%1 秒后自动退出登录</source>
        <translation>Signing out in %1 s</translation>
    </message>
    <message>
        <source>关闭界面</source>
        <translation>Close the screen</translation>
    </message>
    <message>
        <source>退出登录</source>
        <translation>Sign out</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>确定</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>退格</source>
        <translation>Take back</translation>
    </message>
</context>
<context>
    <name>LettersPad</name>
    <message>
        <source>空格</source>
        <translation>Space</translation>
    </message>
    <message>
        <source>退格</source>
        <translation>Take back</translation>
    </message>
</context>
<context>
    <name>LettersPanel</name>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>清空</source>
        <translation>Clear</translation>
    </message>
</context>
<context>
    <name>Map</name>
    <message>
        <source>地图文件 {name} 不能使用（{reason}）</source>
        <translation>The map file {name} can not be used ({reason})</translation>
    </message>
    <message>
        <source>本站没有地图文件，只画经纬线和比例尺</source>
        <translation>This station has no map file: only degrees and a scale</translation>
    </message>
    <message>
        <source>正在读取轨迹…</source>
        <translation>Reading the track…</translation>
    </message>
    <message>
        <source>{count} 条轨迹没有可用的位置</source>
        <translation>{count} tracks without a place</translation>
    </message>
    <message>
        <source>轨迹时间与录像对不上，按起点对齐</source>
        <translation>Times of track and clip do not meet: both laid to begin together</translation>
    </message>
</context>
<context>
    <name>MapPane</name>
    <message>
        <source>地图</source>
        <translation>Map</translation>
    </message>
    <message>
        <source>放大地图</source>
        <translation>Nearer</translation>
    </message>
    <message>
        <source>缩小地图</source>
        <translation>Farther</translation>
    </message>
    <message>
        <source>看全部轨迹</source>
        <translation>See all of it</translation>
    </message>
</context>
<context>
    <name>Menu</name>
    <message>
        <source>这块屏幕上还没有您的角色可用的页面。</source>
        <translation>There is nothing for your role on this screen yet.</translation>
    </message>
</context>
<context>
    <name>NavBar</name>
    <message>
        <source>采集</source>
        <translation>Wall</translation>
    </message>
    <message>
        <source>更多</source>
        <translation>More</translation>
    </message>
    <message>
        <source>我的</source>
        <translation>Mine</translation>
    </message>
    <message>
        <source>登录</source>
        <translation>Sign in</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
</context>
<context>
    <name>OfficerHome</name>
    <message>
        <source>交接并取回执</source>
        <translation>Hand in and take the receipt</translation>
    </message>
    <message>
        <source>再看一次回执</source>
        <translation>Show the receipt again</translation>
    </message>
    <message>
        <source>没有找到您今天的记录仪</source>
        <translation>No recorder of yours today</translation>
    </message>
    <message>
        <source>把记录仪插入任意空闲采集口，采集会自动开始，并显示在这里。记录仪已插入但不在这里，说明它没有绑定到您，请队长绑定。</source>
        <translation>Plug your recorder into any free slot: collecting begins by itself and shows here. If it is plugged in and not here, it is not bound to you: ask your squad leader to bind it.</translation>
    </message>
</context>
<context>
    <name>OptionPicker</name>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>不限</source>
        <translation>Any</translation>
    </message>
    <message>
        <source>没有可选的内容</source>
        <translation>Nothing to choose from</translation>
    </message>
</context>
<context>
    <name>Pack</name>
    <message>
        <source>已选的 {clips}</source>
        <translation>Picked: {clips}</translation>
    </message>
    <message>
        <source>检察院调取证据</source>
        <translation>Requested by the prosecutor</translation>
    </message>
    <message>
        <source>法院调取证据</source>
        <translation>Requested by the court</translation>
    </message>
    <message>
        <source>移送办案部门</source>
        <translation>Handed to the case unit</translation>
    </message>
    <message>
        <source>行政复议或诉讼</source>
        <translation>Administrative review or lawsuit</translation>
    </message>
    <message>
        <source>纪检监察调取</source>
        <translation>Requested by supervision</translation>
    </message>
    <message>
        <source>投诉举报核查</source>
        <translation>Complaint review</translation>
    </message>
    <message>
        <source>上级督察检查</source>
        <translation>Inspection by superiors</translation>
    </message>
    <message>
        <source>移动盘</source>
        <translation>Disk</translation>
    </message>
    <message>
        <source>文件夹</source>
        <translation>Folder</translation>
    </message>
    <message>
        <source>剩余 {free}</source>
        <translation>{free} free</translation>
    </message>
    <message>
        <source>不加密，留在本单位</source>
        <translation>Not encrypted, stays in the house</translation>
    </message>
    <message>
        <source>只有 {name} 能打开</source>
        <translation>Only {name} can open it</translation>
    </message>
    <message>
        <source>第二人的执法证号，或刷卡</source>
        <translation>Second person&apos;s number, or card</translation>
    </message>
    <message>
        <source>第二人的 PIN</source>
        <translation>Second person&apos;s PIN</translation>
    </message>
    <message>
        <source>证据包已写好，并从盘上读回核对</source>
        <translation>The court pack is written and was read back from the disk</translation>
    </message>
    <message>
        <source>没有导出：盘上没有完整的证据包</source>
        <translation>Not exported: there is no whole pack on the disk</translation>
    </message>
    <message>
        <source>导出哪个案件？</source>
        <translation>Export which case?</translation>
    </message>
    <message>
        <source>写到哪里？</source>
        <translation>Write it where?</translation>
    </message>
    <message>
        <source>为什么导出？</source>
        <translation>Why is it exported?</translation>
    </message>
    <message>
        <source>给谁看？</source>
        <translation>Who is it for?</translation>
    </message>
    <message>
        <source>请第二人确认</source>
        <translation>A second person confirms</translation>
    </message>
    <message>
        <source>正在写入录像</source>
        <translation>Writing clips</translation>
    </message>
    <message>
        <source>正在生成证明书和清单</source>
        <translation>Making certificate and list</translation>
    </message>
    <message>
        <source>正在从盘上读回核对</source>
        <translation>Reading it back from the disk</translation>
    </message>
    <message>
        <source>台账已记下这次没有完成。</source>
        <translation>The ledger says that this one was not finished.</translation>
    </message>
    <message>
        <source>收件人用 age 和自己的私钥解开，再双击 verify.html 核对。</source>
        <translation>The recipient opens it with age and his own private key, then checks it with verify.html.</translation>
    </message>
    <message>
        <source>收件人双击包里的 verify.html 核对，不用联网，也不用本程序。</source>
        <translation>The recipient opens verify.html in the pack to check it: no network and no program of ours.</translation>
    </message>
    <message>
        <source>只导出几段录像：在“证据”里选好，再点“导出”。</source>
        <translation>For some clips only: pick them in Evidence, then press Export.</translation>
    </message>
    <message>
        <source>插入移动盘，认出后列在这里。</source>
        <translation>Plug a disk in; it is listed here when it is known.</translation>
    </message>
    <message>
        <source>写进台账和证明书。</source>
        <translation>Stands in the ledger and on the certificate.</translation>
    </message>
    <message>
        <source>离开本单位的盘应当加密。</source>
        <translation>Encrypt what leaves the house.</translation>
    </message>
    <message>
        <source>另一名队长或管理员，用自己的 PIN。</source>
        <translation>Another leader or an administrator, with his own PIN.</translation>
    </message>
    <message>
        <source>可以离开，打包会继续；完成前不要拔盘。</source>
        <translation>You may leave, packing goes on; do not pull the disk out before it is done.</translation>
    </message>
    <message>
        <source>内容</source>
        <translation>What</translation>
    </message>
    <message>
        <source>去处</source>
        <translation>Where to</translation>
    </message>
    <message>
        <source>理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>第二人</source>
        <translation>Second person</translation>
    </message>
    <message>
        <source>加密</source>
        <translation>Encryption</translation>
    </message>
    <message>
        <source>导出编号</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>{clips}，共 {files} 个文件，{size}</source>
        <translation>{clips}, {files} files in all, {size}</translation>
    </message>
    <message>
        <source>位置</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>数量</source>
        <translation>Amount</translation>
    </message>
    <message>
        <source>到期销毁、未导出</source>
        <translation>Destroyed, not exported</translation>
    </message>
    <message>
        <source>台账检查点</source>
        <translation>Ledger checkpoint</translation>
    </message>
    <message>
        <source>签名密钥指纹</source>
        <translation>Signing key&apos;s fingerprint</translation>
    </message>
    <message>
        <source>声明 SHA-256</source>
        <translation>Statement SHA-256</translation>
    </message>
</context>
<context>
    <name>PackResult</name>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>重新导出</source>
        <translation>Export again</translation>
    </message>
</context>
<context>
    <name>PackRunning</name>
    <message>
        <source>停止导出</source>
        <translation>Stop</translation>
    </message>
</context>
<context>
    <name>PackSecond</name>
    <message>
        <source>正在核对…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
</context>
<context>
    <name>PadSheet</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>People</name>
    <message>
        <source>已记入台账</source>
        <translation>Written into the ledger</translation>
    </message>
    <message>
        <source>{name} {code} · {count} 人</source>
        <translation>{name} {code} · {count} people</translation>
    </message>
    <message>
        <source>单位</source>
        <translation>Unit</translation>
    </message>
    <message>
        <source>查找人员</source>
        <translation>Find somebody</translation>
    </message>
    <message>
        <source>角色</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>两次输入不同，PIN 没有改动</source>
        <translation>The two differ; the PIN was not changed</translation>
    </message>
    <message>
        <source>再输入一次</source>
        <translation>Once more</translation>
    </message>
    <message>
        <source>{name} 的临时 PIN</source>
        <translation>A first PIN for {name}</translation>
    </message>
    <message>
        <source>本人首次登录时必须改掉。重设记入台账。</source>
        <translation>To be changed at the first sign-in. The reset goes into the ledger.</translation>
    </message>
    <message>
        <source>状态</source>
        <translation>State</translation>
    </message>
    <message>
        <source>锁定至</source>
        <translation>Locked until</translation>
    </message>
    <message>
        <source>证件卡</source>
        <translation>Badge cards</translation>
    </message>
    <message>
        <source>来源</source>
        <translation>Entered by</translation>
    </message>
    <message>
        <source>执法人员</source>
        <translation>Officer</translation>
    </message>
    <message>
        <source>中队长</source>
        <translation>Leader</translation>
    </message>
    <message>
        <source>管理员</source>
        <translation>Administrator</translation>
    </message>
    <message>
        <source>审计员</source>
        <translation>Auditor</translation>
    </message>
    <message>
        <source>已停用</source>
        <translation>disabled</translation>
    </message>
    <message>
        <source>已锁定</source>
        <translation>locked</translation>
    </message>
    <message>
        <source>没有 PIN</source>
        <translation>no PIN</translation>
    </message>
    <message>
        <source>待改 PIN</source>
        <translation>PIN to change</translation>
    </message>
    <message>
        <source>可登录</source>
        <translation>can sign in</translation>
    </message>
    <message>
        <source>本站登记</source>
        <translation>this station</translation>
    </message>
    <message>
        <source>上级下发</source>
        <translation>the centre</translation>
    </message>
    <message>
        <source>查找</source>
        <translation>Find</translation>
    </message>
    <message>
        <source>导入名单</source>
        <translation>Import a list</translation>
    </message>
</context>
<context>
    <name>PersonSheet</name>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>重设 PIN</source>
        <translation>Reset PIN</translation>
    </message>
    <message>
        <source>解除锁定</source>
        <translation>Unlock</translation>
    </message>
    <message>
        <source>更改角色</source>
        <translation>Change role</translation>
    </message>
    <message>
        <source>停用</source>
        <translation>Disable</translation>
    </message>
    <message>
        <source>启用</source>
        <translation>Enable</translation>
    </message>
</context>
<context>
    <name>PickBar</name>
    <message>
        <source>已选 %1</source>
        <translation>%1 picked</translation>
    </message>
    <message>
        <source>全选</source>
        <translation>Pick all</translation>
    </message>
    <message>
        <source>打标签</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>归入案件</source>
        <translation>Link</translation>
    </message>
    <message>
        <source>导出</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>取消选择</source>
        <translation>Unpick all</translation>
    </message>
</context>
<context>
    <name>PickMark</name>
    <message>
        <source>取消选择 %1</source>
        <translation>Unpick %1</translation>
    </message>
    <message>
        <source>选择 %1</source>
        <translation>Pick %1</translation>
    </message>
</context>
<context>
    <name>Policies</name>
    <message>
        <source>保存期限规则</source>
        <translation>Retention rules</translation>
    </message>
    <message>
        <source>几条规则同时适用时，以最晚的日期为准。</source>
        <translation>Where several rules apply, the latest date wins.</translation>
    </message>
    <message>
        <source>试算</source>
        <translation>What it would change</translation>
    </message>
    <message>
        <source>有规则变短，须两人确认</source>
        <translation>A rule gets shorter: two people</translation>
    </message>
    <message>
        <source>生效时由另一名管理员或中队长输入证号和 PIN。</source>
        <translation>Another administrator or a leader types number and PIN to adopt it.</translation>
    </message>
    <message>
        <source>放弃修改</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>生效</source>
        <translation>Adopt</translation>
    </message>
</context>
<context>
    <name>Policy</name>
    <message>
        <source>已生效，并记入台账</source>
        <translation>In force, and written into the ledger</translation>
    </message>
    <message>
        <source>{rule}：多少天</source>
        <translation>{rule}: how many days</translation>
    </message>
    <message>
        <source>这个天数不在允许范围内，没有改动</source>
        <translation>That number of days is not allowed; nothing was changed</translation>
    </message>
    <message>
        <source>第二人的证号</source>
        <translation>Second person: number</translation>
    </message>
    <message>
        <source>第二人的 PIN</source>
        <translation>Second person: PIN</translation>
    </message>
    <message>
        <source>有规则变短：须由另一名管理员或中队长在场确认。</source>
        <translation>A rule gets shorter: another administrator or a leader must stand by it.</translation>
    </message>
    <message>
        <source>原为 {span}</source>
        <translation>was {span}</translation>
    </message>
    <message>
        <source>正在试算…</source>
        <translation>Trying…</translation>
    </message>
    <message>
        <source>点一条规则即可修改；生效前先试算会影响哪些录像。</source>
        <translation>Touch a rule to change it; what that does to the clips is shown before it is adopted.</translation>
    </message>
    <message>
        <source>提前到期 {shorter}，延后 {longer}，不变 {same}；立即可销毁 {now}（{size}）</source>
        <translation>Earlier: {shorter}, later: {longer}, unchanged: {same}; could go at once: {now} ({size})</translation>
    </message>
    <message>
        <source>最短保存期限</source>
        <translation>Shortest of all</translation>
    </message>
    <message>
        <source>销毁等待期</source>
        <translation>Wait before destruction</translation>
    </message>
    <message>
        <source>撤回保护后的宽限</source>
        <translation>Grace after protection ends</translation>
    </message>
    <message>
        <source>记录仪上标记的重要文件</source>
        <translation>Marked on the recorder</translation>
    </message>
    <message>
        <source>结案后</source>
        <translation>After a case is closed</translation>
    </message>
    <message>
        <source>类别：{name}</source>
        <translation>Category: {name}</translation>
    </message>
    <message>
        <source>重要程度：{name}</source>
        <translation>Importance: {name}</translation>
    </message>
    <message>
        <source>标签：{name}</source>
        <translation>Tag: {name}</translation>
    </message>
    <message>
        <source>案件类型：{name}</source>
        <translation>Case type: {name}</translation>
    </message>
    <message>
        <source>永久</source>
        <translation>for ever</translation>
    </message>
    <message>
        <source>{count} 年</source>
        <translation>{count} y</translation>
    </message>
    <message>
        <source>{count} 天</source>
        <translation>{count} d</translation>
    </message>
    <message>
        <source>其他天数</source>
        <translation>Another number of days</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>{fps} 帧/秒</source>
        <translation>{fps} fps</translation>
    </message>
    <message>
        <source>截图已保存并记入台账</source>
        <translation>Snapshot kept and on record</translation>
    </message>
    <message>
        <source>标记已保存</source>
        <translation>Marker kept</translation>
    </message>
    <message>
        <source>标记已删除</source>
        <translation>Marker removed</translation>
    </message>
    <message>
        <source>无法截图</source>
        <translation>No snapshot possible</translation>
    </message>
</context>
<context>
    <name>PreviewHead</name>
    <message>
        <source>关闭预览</source>
        <translation>Close preview</translation>
    </message>
    <message>
        <source>上一段</source>
        <translation>Previous clip</translation>
    </message>
    <message>
        <source>下一段</source>
        <translation>Next clip</translation>
    </message>
</context>
<context>
    <name>PreviewKeys</name>
    <message>
        <source>上一帧</source>
        <translation>Previous frame</translation>
    </message>
    <message>
        <source>暂停</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>播放</source>
        <translation>Play</translation>
    </message>
    <message>
        <source>下一帧</source>
        <translation>Next frame</translation>
    </message>
    <message>
        <source>%1 倍速</source>
        <translation>Speed %1</translation>
    </message>
    <message>
        <source>标记起点</source>
        <translation>Mark start</translation>
    </message>
    <message>
        <source>标记终点</source>
        <translation>Mark end</translation>
    </message>
    <message>
        <source>删除标记 %1</source>
        <translation>Remove marker %1</translation>
    </message>
    <message>
        <source>地图</source>
        <translation>Map</translation>
    </message>
    <message>
        <source>截图</source>
        <translation>Snapshot</translation>
    </message>
</context>
<context>
    <name>PreviewLine</name>
    <message>
        <source>标记从 %1 开始</source>
        <translation>Marker begins at %1</translation>
    </message>
    <message>
        <source>时间轴</source>
        <translation>Time line</translation>
    </message>
    <message>
        <source>标记 %1</source>
        <translation>Marker %1</translation>
    </message>
</context>
<context>
    <name>PreviewStage</name>
    <message>
        <source>正在打开…</source>
        <translation>Opening…</translation>
    </message>
    <message>
        <source>录音</source>
        <translation>Sound recording</translation>
    </message>
    <message>
        <source>没有可以显示的画面</source>
        <translation>No picture to show</translation>
    </message>
    <message>
        <source>重新打开</source>
        <translation>Open again</translation>
    </message>
    <message>
        <source>内部查看</source>
        <translation>Internal view</translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message>
        <source>是</source>
        <translation>Yes</translation>
    </message>
    <message>
        <source>其他案件</source>
        <translation>Other case</translation>
    </message>
    <message>
        <source>选择案件</source>
        <translation>Choose a case</translation>
    </message>
    <message>
        <source>稍后</source>
        <translation>Later</translation>
    </message>
    <message>
        <source>稍后再归案</source>
        <translation>To be linked later</translation>
    </message>
    <message>
        <source>已归入 %1</source>
        <translation>In case %1</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>Receipt</name>
    <message>
        <source>回执二维码</source>
        <translation>Receipt as a QR code</translation>
    </message>
    <message>
        <source>已交接</source>
        <translation>Handed in</translation>
    </message>
    <message>
        <source>另有 %1 个文件没能采集，请把记录仪留在采集口并告诉队长</source>
        <translation>%1 more files could not be taken: leave the recorder in its slot and tell your squad leader</translation>
    </message>
    <message>
        <source>用手机拍下二维码留存。它证明这些录像此刻已在采证站的台账里，以后谁也改不了。</source>
        <translation>Take a photo of the code and keep it. It proves that this footage is in the station&apos;s ledger now, where nobody can change it any more.</translation>
    </message>
    <message>
        <source>已打印，再打印一张</source>
        <translation>Printed; print another</translation>
    </message>
    <message>
        <source>打印回执</source>
        <translation>Print the receipt</translation>
    </message>
    <message>
        <source>正在打印…</source>
        <translation>Printing…</translation>
    </message>
    <message>
        <source>完成并退出登录</source>
        <translation>Finish and sign out</translation>
    </message>
    <message>
        <source>返回我的录像</source>
        <translation>Back to my footage</translation>
    </message>
</context>
<context>
    <name>RecorderSheet</name>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>现在没有人领用</source>
        <translation>Nobody has it now</translation>
    </message>
    <message>
        <source>现在由 %1 使用</source>
        <translation>Used by %1 now</translation>
    </message>
    <message>
        <source>解除绑定</source>
        <translation>Given back</translation>
    </message>
    <message>
        <source>绑定给…</source>
        <translation>Give to…</translation>
    </message>
</context>
<context>
    <name>Recorders</name>
    <message>
        <source>已记入台账</source>
        <translation>Written into the ledger</translation>
    </message>
    <message>
        <source>查找记录仪</source>
        <translation>Find a recorder</translation>
    </message>
    <message>
        <source>{recorder} 交给谁</source>
        <translation>Who gets {recorder}</translation>
    </message>
    <message>
        <source>未绑定</source>
        <translation>nobody</translation>
    </message>
    <message>
        <source>{slot} 号口</source>
        <translation>bay {slot}</translation>
    </message>
    <message>
        <source>每天走偏 {drift} 秒</source>
        <translation>drift {drift} s a day</translation>
    </message>
    <message>
        <source>至今</source>
        <translation>now</translation>
    </message>
    <message>
        <source>{holder}（由 {by} 登记）</source>
        <translation>{holder} (entered by {by})</translation>
    </message>
    <message>
        <source>还没有插入过</source>
        <translation>never docked</translation>
    </message>
    <message>
        <source>最近 {when} · 共 {count} 次</source>
        <translation>last {when} · {count} times</translation>
    </message>
    <message>
        <source>查找</source>
        <translation>Find</translation>
    </message>
    <message>
        <source>还没有记录仪</source>
        <translation>No recorder yet</translation>
    </message>
</context>
<context>
    <name>Resting</name>
    <message>
        <source>插入执法记录仪即自动采集</source>
        <translation>Plug in a recorder to collect it</translation>
    </message>
</context>
<context>
    <name>Rooms</name>
    <message>
        <source>证据</source>
        <translation>Evidence</translation>
    </message>
    <message>
        <source>查找和查看录像、录音和照片</source>
        <translation>Find and watch videos, sound and photos</translation>
    </message>
    <message>
        <source>案件</source>
        <translation>Cases</translation>
    </message>
    <message>
        <source>案件的事实，录像的时间轴和地图</source>
        <translation>What is known of a case, its clips in time and place</translation>
    </message>
    <message>
        <source>队务</source>
        <translation>Squad</translation>
    </message>
    <message>
        <source>今天谁交了、还差什么、抽查哪几段</source>
        <translation>Who is home today, what is unfinished, which clips to look through</translation>
    </message>
    <message>
        <source>审计</source>
        <translation>Audit</translation>
    </message>
    <message>
        <source>逐条查看台账，核验，导出记录和证明</source>
        <translation>Read the ledger, check everything, export entries with proof</translation>
    </message>
    <message>
        <source>人员</source>
        <translation>People</translation>
    </message>
    <message>
        <source>名册和单位，导入名单，重设 PIN，解除锁定</source>
        <translation>Directory and units, import a list, reset PINs, unlock</translation>
    </message>
    <message>
        <source>导出</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>把案件或录像做成可自证的证据包</source>
        <translation>A case or clips as a pack that proves itself</translation>
    </message>
    <message>
        <source>保存规则</source>
        <translation>Retention</translation>
    </message>
    <message>
        <source>录像保存多久：修改前先试算，变短须两人确认</source>
        <translation>How long clips are kept: tried before it is adopted; two people where it gets shorter</translation>
    </message>
    <message>
        <source>记录仪</source>
        <translation>Recorders</translation>
    </message>
    <message>
        <source>谁在用哪台，每次插入的时钟和异常</source>
        <translation>Who has which; clock and remarks of each docking</translation>
    </message>
    <message>
        <source>上传</source>
        <translation>Uplink</translation>
    </message>
    <message>
        <source>送往中心库的进度、预计、平台和案件来源</source>
        <translation>What goes to the centre, what will be late, platforms and sources of cases</translation>
    </message>
    <message>
        <source>采集口</source>
        <translation>Bays</translation>
    </message>
    <message>
        <source>登记哪个 USB 口是几号采集口</source>
        <translation>Map which USB port is which bay</translation>
    </message>
</context>
<context>
    <name>Roster</name>
    <message>
        <source>导入哪个名单（{folder}）</source>
        <translation>Which list ({folder})</translation>
    </message>
    <message>
        <source>请先把 .csv 或 .toml 名单放到 {folder}</source>
        <translation>First put a .csv or .toml list into {folder}</translation>
    </message>
    <message>
        <source>{count} 行有错，整个名单都不会导入。请改正后再选这个文件。</source>
        <translation>{count} lines are wrong; nothing of the list will be imported. Correct them and choose the file again.</translation>
    </message>
    <message>
        <source>新增 {new}，变更 {changed}，停用 {left}，不变 {same}（共 {all} 人）</source>
        <translation>{new} new, {changed} changed, {left} leave, {same} unchanged ({all} people)</translation>
    </message>
    <message>
        <source>已导入：{told}</source>
        <translation>Imported: {told}</translation>
    </message>
    <message>
        <source>第 {line} 行</source>
        <translation>Line {line}</translation>
    </message>
    <message>
        <source>有错</source>
        <translation>wrong</translation>
    </message>
</context>
<context>
    <name>RosterSheet</name>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>停用名单上没有的人</source>
        <translation>Disable whom the list does not name</translation>
    </message>
    <message>
        <source>导入</source>
        <translation>Import</translation>
    </message>
</context>
<context>
    <name>SearchLine</name>
    <message>
        <source>搜索</source>
        <translation>Search</translation>
    </message>
    <message>
        <source>人名、标签、案件、地点，或拼音首字母</source>
        <translation>Names, tags, cases, places</translation>
    </message>
</context>
<context>
    <name>Shift</name>
    <message>
        <source>时长未知</source>
        <translation>Length unknown</translation>
    </message>
    <message>
        <source>1 分钟</source>
        <translation>1 minute</translation>
    </message>
    <message>
        <source>{minutes} 分钟</source>
        <translation>{minutes} minutes</translation>
    </message>
    <message>
        <source>{clips}没能采集</source>
        <translation>{clips} not collected</translation>
    </message>
    <message>
        <source>缺少编号 {numbers}</source>
        <translation>Numbers missing: {numbers}</translation>
    </message>
    <message>
        <source>缺少 {count} 个编号</source>
        <translation>{count} numbers missing</translation>
    </message>
    <message>
        <source>没有缺失</source>
        <translation>Nothing</translation>
    </message>
    <message>
        <source>电量只剩 {percent}%</source>
        <translation>Battery at {percent}%</translation>
    </message>
    <message>
        <source>把记录仪留在采集口充电，下次出勤前再取走</source>
        <translation>Leave the recorder in its slot to charge; take it before the next shift</translation>
    </message>
    <message>
        <source>已交接，可以离开</source>
        <translation>Handed in. You may go</translation>
    </message>
    <message>
        <source>正在采集，请勿拔出；可以先确认案件</source>
        <translation>Collecting, do not unplug. You can answer about cases meanwhile</translation>
    </message>
    <message>
        <source>正在采集，请稍候</source>
        <translation>Collecting, please wait</translation>
    </message>
    <message>
        <source>采集结束，有文件没能采集</source>
        <translation>Collected, but some files could not be taken</translation>
    </message>
    <message>
        <source>采集完成，请确认案件并交接</source>
        <translation>Collected. Confirm the cases and hand in</translation>
    </message>
    <message>
        <source>{time} 已交接</source>
        <translation>{time}</translation>
    </message>
    <message>
        <source>未编号案件</source>
        <translation>Case without a number</translation>
    </message>
    <message>
        <source>这段时间没有找到可能的案件</source>
        <translation>No case found that may fit this time</translation>
    </message>
    <message>
        <source>属于案件 {case} 吗？</source>
        <translation>Does it belong to case {case}?</translation>
    </message>
    <message>
        <source>时间吻合</source>
        <translation>Same time</translation>
    </message>
    <message>
        <source>您参与的案件</source>
        <translation>You work on this case</translation>
    </message>
    <message>
        <source>{slot} 号口 {time}</source>
        <translation>Slot {slot}, {time}</translation>
    </message>
</context>
<context>
    <name>SignIn</name>
    <message>
        <source>两次输入的 PIN 不一样</source>
        <translation>The two PINs differ</translation>
    </message>
    <message>
        <source>请重新输入新的 PIN</source>
        <translation>Enter the new PIN again</translation>
    </message>
    <message>
        <source>设定自己的 PIN</source>
        <translation>Choose a PIN of your own</translation>
    </message>
    <message>
        <source>已读到证件卡</source>
        <translation>Badge read</translation>
    </message>
    <message>
        <source>证号登录</source>
        <translation>Sign in by badge number</translation>
    </message>
    <message>
        <source>执法证号</source>
        <translation>Badge number</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>新的 PIN</source>
        <translation>New PIN</translation>
    </message>
    <message>
        <source>再输一次</source>
        <translation>Once more</translation>
    </message>
    <message>
        <source>屏幕刚刚重新启动，请再登录一次，会回到原来的页面</source>
        <translation>The screen has just restarted. Sign in again to go on where you were</translation>
    </message>
    <message>
        <source>登录已结束，请重新登录</source>
        <translation>Your session has ended. Please sign in again</translation>
    </message>
    <message>
        <source>刷卡即可登录</source>
        <translation>Hold your badge to the reader</translation>
    </message>
    <message>
        <source>将证件靠近读卡区。登录不影响采集，插入的记录仪照常采集。</source>
        <translation>Or type your number. Collecting needs no sign-in: every recorder plugged in is collected.</translation>
    </message>
    <message>
        <source>正在核对…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>返回采集墙</source>
        <translation>Back to the wall</translation>
    </message>
</context>
<context>
    <name>Slot</name>
    <message>
        <source>空闲</source>
        <translation>Empty</translation>
    </message>
    <message>
        <source>采集中</source>
        <translation>Copying</translation>
    </message>
    <message>
        <source>校验中</source>
        <translation>Verifying</translation>
    </message>
    <message>
        <source>可取走</source>
        <translation>Ready</translation>
    </message>
    <message>
        <source>待处理</source>
        <translation>Attention</translation>
    </message>
    <message>
        <source>异常</source>
        <translation>Fault</translation>
    </message>
    <message>
        <source>排队中</source>
        <translation>Queued</translation>
    </message>
    <message>
        <source>识别中</source>
        <translation>Identifying</translation>
    </message>
    <message>
        <source>读取清单</source>
        <translation>Listing</translation>
    </message>
    <message>
        <source>收尾中</source>
        <translation>Closing</translation>
    </message>
    <message>
        <source>清理中，勿拔</source>
        <translation>Erasing: leave docked</translation>
    </message>
    <message>
        <source>未绑定人员</source>
        <translation>No officer known</translation>
    </message>
    <message>
        <source>未识别记录仪</source>
        <translation>Not identified</translation>
    </message>
    <message>
        <source>端口未登记</source>
        <translation>port not mapped</translation>
    </message>
    <message>
        <source>{time} 完成</source>
        <translation>done {time}</translation>
    </message>
    <message>
        <source>点按查看</source>
        <translation>See why</translation>
    </message>
    <message>
        <source>{slot} 号口</source>
        <translation>Bay {slot}</translation>
    </message>
</context>
<context>
    <name>Station</name>
    <message>
        <source>采集工作站</source>
        <translation>Evidence station</translation>
    </message>
    <message>
        <source>余 {size}</source>
        <translation>{size} free</translation>
    </message>
    <message>
        <source>今日 {clips} · {size}</source>
        <translation>Today {clips} · {size}</translation>
    </message>
    <message>
        <source>存储已用 {percent}%</source>
        <translation>Storage {percent}% used</translation>
    </message>
    <message>
        <source>仅本地保存</source>
        <translation>Kept locally</translation>
    </message>
    <message>
        <source>已全部上传</source>
        <translation>All uploaded</translation>
    </message>
    <message>
        <source>上传中</source>
        <translation>Uploading</translation>
    </message>
    <message>
        <source>暂缓上传</source>
        <translation>Upload put off</translation>
    </message>
    <message>
        <source>等待网络</source>
        <translation>Waiting for network</translation>
    </message>
    <message>
        <source>上传需处理</source>
        <translation>Upload needs help</translation>
    </message>
    <message>
        <source>未连接上级平台</source>
        <translation>No central store set</translation>
    </message>
    <message>
        <source>最近 {time}</source>
        <translation>Last at {time}</translation>
    </message>
    <message>
        <source>待传 {clips}</source>
        <translation>{clips} to go</translation>
    </message>
    <message>
        <source>{clips} 将迟到</source>
        <translation>{clips} will be late</translation>
    </message>
    <message>
        <source> {hours} 小时</source>
        <translation> by {hours} h</translation>
    </message>
    <message>
        <source>没有正在进行的采集</source>
        <translation>Nothing is being collected</translation>
    </message>
    <message>
        <source>正在估算完成时间</source>
        <translation>Estimating the finish</translation>
    </message>
    <message>
        <source>约 {time} 全部完成</source>
        <translation>All done at about {time}</translation>
    </message>
</context>
<context>
    <name>Stopped</name>
    <message>
        <source>采集程序未运行</source>
        <translation>The collector is not running</translation>
    </message>
    <message>
        <source>正在自动重新连接，恢复后本屏幕会回到原来的页面</source>
        <translation>Reconnecting by itself. When it is back, this screen returns to where you were</translation>
    </message>
    <message>
        <source>这意味着什么</source>
        <translation>What it means</translation>
    </message>
    <message>
        <source>现在插入的记录仪只会充电，不会采集。采集程序恢复后会自动继续采集，不需要重新插拔。</source>
        <translation>A recorder plugged in now only charges; nothing is collected. Collection goes on by itself once the collector is back. There is no need to plug it in again.</translation>
    </message>
    <message>
        <source>已入库的录像仍在证据库中，程序停止不影响它们。记录仪里的文件没有被删除，没有采完的文件会重新采集。</source>
        <translation>Everything already in the vault is still there; a stopped collector does not touch it. Nothing was deleted from any recorder, and files that were under way will be collected again.</translation>
    </message>
    <message>
        <source>什么是安全的</source>
        <translation>What is safe</translation>
    </message>
    <message>
        <source>现在怎么做</source>
        <translation>What to do now</translation>
    </message>
    <message>
        <source>请等待一分钟。仍未恢复时请通知管理员：查看采集服务的状态并重新启动，必要时重启工作站。记录仪可以留在采集口充电。</source>
        <translation>Wait a minute. If it does not come back, tell the administrator: look at the state of the collection service and restart it, or restart the station. Recorders may stay in the dock and charge.</translation>
    </message>
</context>
<context>
    <name>Tag</name>
    <message>
        <source>占道经营</source>
        <translation>Street vending</translation>
    </message>
    <message>
        <source>违章建筑</source>
        <translation>Illegal building</translation>
    </message>
    <message>
        <source>噪音扰民</source>
        <translation>Noise</translation>
    </message>
    <message>
        <source>交通违法</source>
        <translation>Traffic offence</translation>
    </message>
    <message>
        <source>纠纷调解</source>
        <translation>Dispute</translation>
    </message>
    <message>
        <source>盗窃警情</source>
        <translation>Theft</translation>
    </message>
    <message>
        <source>日常巡查</source>
        <translation>Patrol</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>插入执法记录仪即自动采集</source>
        <translation>Plug in a recorder to collect</translation>
    </message>
</context>
<context>
    <name>Uplink</name>
    <message>
        <source>传输进程没有消息，下面是它最后说的</source>
        <translation>The sync process says nothing; below is what it said last</translation>
    </message>
    <message>
        <source>没有设置中心库</source>
        <translation>No central store is set</translation>
    </message>
    <message>
        <source>已暂停，从 {at} 起</source>
        <translation>Paused since {at}</translation>
    </message>
    <message>
        <source>全部已入库</source>
        <translation>Everything is in the store</translation>
    </message>
    <message>
        <source>正在上传</source>
        <translation>Sending</translation>
    </message>
    <message>
        <source>，{at} 再试</source>
        <translation>, again at {at}</translation>
    </message>
    <message>
        <source>大文件等待：不在传输时段</source>
        <translation>Large clips wait: outside the windows</translation>
    </message>
    <message>
        <source>大文件等待：今日额度已用完</source>
        <translation>Large clips wait: today&apos;s budget is spent</translation>
    </message>
    <message>
        <source>大文件等待：线路按流量计费</source>
        <translation>Large clips wait: the line is paid by the byte</translation>
    </message>
    <message>
        <source>，到 {at}</source>
        <translation>, until {at}</translation>
    </message>
    <message>
        <source>近来速率</source>
        <translation>Lately</translation>
    </message>
    <message>
        <source>预计传完</source>
        <translation>All there by</translation>
    </message>
    <message>
        <source>将会迟到</source>
        <translation>Will be late</translation>
    </message>
    <message>
        <source>优先</source>
        <translation>First</translation>
    </message>
    <message>
        <source>小文件</source>
        <translation>Small</translation>
    </message>
    <message>
        <source>大文件</source>
        <translation>Large</translation>
    </message>
    <message>
        <source>等待人工处理</source>
        <translation>For a person</translation>
    </message>
    <message>
        <source>传不到</source>
        <translation>Never</translation>
    </message>
    <message>
        <source>迟 {span}</source>
        <translation>{span} late</translation>
    </message>
    <message>
        <source>没有要传的。</source>
        <translation>Nothing is left to send.</translation>
    </message>
    <message>
        <source>还没有测得速率，尚无法预计。</source>
        <translation>No rate was measured yet, so there is no forecast.</translation>
    </message>
    <message>
        <source>按近来的速率，都能按时送达。</source>
        <translation>At the rate of late, everything will be there in time.</translation>
    </message>
    <message>
        <source>点按一条：优先上传。有用的办法：</source>
        <translation>Press one to send it first. What would help: </translation>
    </message>
    <message>
        <source>全天开放、不设额度后仍迟到 {clips}</source>
        <translation>going all day without a budget leaves {clips} late</translation>
    </message>
    <message>
        <source>速率达到 {rate} 则都不迟到</source>
        <translation>at {rate} none would be late</translation>
    </message>
    <message>
        <source>迟到的共 {size}</source>
        <translation>the late ones are {size}</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>。</source>
        <translation>.</translation>
    </message>
    <message>
        <source>国迈平台</source>
        <translation>GoSuncn platform</translation>
    </message>
    <message>
        <source>GA/T 947.4 平台</source>
        <translation>GA/T 947.4 platform</translation>
    </message>
    <message>
        <source>市政工单 Open311</source>
        <translation>Municipal requests (Open311)</translation>
    </message>
    <message>
        <source>案件清单文件夹</source>
        <translation>Folder of case lists</translation>
    </message>
    <message>
        <source>尚未连通</source>
        <translation>Not reached yet</translation>
    </message>
    <message>
        <source>正常 {at}</source>
        <translation>Well at {at}</translation>
    </message>
    <message>
        <source>已登记 {known} · 待登记 {waiting} · 被拒 {refused}</source>
        <translation>{known} known · {waiting} waiting · {refused} refused</translation>
    </message>
    <message>
        <source>新建 {opened} · 并入 {joined} · 未采纳 {refused} · 有分歧 {contested}</source>
        <translation>{opened} opened · {joined} joined · {refused} not taken · {contested} contested</translation>
    </message>
    <message>
        <source>不能</source>
        <translation>Can not</translation>
    </message>
    <message>
        <source>能</source>
        <translation>Can</translation>
    </message>
    <message>
        <source>中心库还没有开通测试：main.py store commission</source>
        <translation>The store was never tried: main.py store commission</translation>
    </message>
    <message>
        <source>{at} 测试，锁定期 {days} 天</source>
        <translation>Tried {at}, locks for {days} days</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>随时</source>
        <translation>always</translation>
    </message>
    <message>
        <source>传输时段：{windows}</source>
        <translation>Windows: {windows}</translation>
    </message>
    <message>
        <source>限速 {rate}</source>
        <translation>limit {rate}</translation>
    </message>
    <message>
        <source>今日额度 {spent} / {budget}</source>
        <translation>today&apos;s budget {spent} / {budget}</translation>
    </message>
    <message>
        <source>{clip} 将优先上传。</source>
        <translation>{clip} goes first.</translation>
    </message>
    <message>
        <source>已要求暂停，几秒内生效。</source>
        <translation>Asked to pause; within seconds.</translation>
    </message>
    <message>
        <source>已要求继续，几秒内生效。</source>
        <translation>Asked to go on; within seconds.</translation>
    </message>
    <message>
        <source>自动锁定新对象</source>
        <translation>Lock new objects by itself</translation>
    </message>
    <message>
        <source>拒绝按版本删除</source>
        <translation>Refuse to delete a version</translation>
    </message>
    <message>
        <source>拒绝越权删除</source>
        <translation>Refuse deleting with bypass</translation>
    </message>
    <message>
        <source>拒绝缩短锁定期</source>
        <translation>Refuse to shorten a lock</translation>
    </message>
    <message>
        <source>拒绝降低锁定方式</source>
        <translation>Refuse a weaker lock</translation>
    </message>
    <message>
        <source>删除后原版本仍在</source>
        <translation>Keep what is deleted</translation>
    </message>
    <message>
        <source>覆盖后原版本仍在</source>
        <translation>Keep what is overwritten</translation>
    </message>
    <message>
        <source>拒绝与摘要不符的字节</source>
        <translation>Refuse bytes of another digest</translation>
    </message>
    <message>
        <source>分段上传可续传</source>
        <translation>Go on with uploads in parts</translation>
    </message>
    <message>
        <source>锁定分段上传的对象</source>
        <translation>Lock uploads in parts</translation>
    </message>
    <message>
        <source>放弃的上传不留痕迹</source>
        <translation>Forget dropped uploads</translation>
    </message>
    <message>
        <source>支持仅新建写入</source>
        <translation>Honour create-only writes</translation>
    </message>
    <message>
        <source>2106 年后的日期不出错</source>
        <translation>Keep dates after 2106</translation>
    </message>
    <message>
        <source>设有配额</source>
        <translation>Have a quota</translation>
    </message>
    <message>
        <source>与本站时间一致</source>
        <translation>Agree with us on the time</translation>
    </message>
    <message>
        <source>本站可写自己的目录</source>
        <translation>Let the station write its own part</translation>
    </message>
    <message>
        <source>禁止本站删除</source>
        <translation>Forbid the station to delete</translation>
    </message>
    <message>
        <source>禁止本站删除版本</source>
        <translation>Forbid it to delete versions</translation>
    </message>
    <message>
        <source>禁止本站写入别处</source>
        <translation>Forbid it to write elsewhere</translation>
    </message>
    <message>
        <source>禁止本站改规则</source>
        <translation>Forbid it to change the rules</translation>
    </message>
    <message>
        <source>继续上传</source>
        <translation>Resume</translation>
    </message>
    <message>
        <source>暂停上传</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>平台与案件来源</source>
        <translation>Platforms and sources of cases</translation>
    </message>
    <message>
        <source>没有设置。</source>
        <translation>None is set.</translation>
    </message>
    <message>
        <source>中心库能做什么</source>
        <translation>What the store can do</translation>
    </message>
</context>
<context>
    <name>Wall</name>
    <message>
        <source>还没有采集口接入</source>
        <translation>No bay is connected yet</translation>
    </message>
    <message>
        <source>正在连接采集程序…</source>
        <translation>Connecting to the collector…</translation>
    </message>
</context>
</TS>
