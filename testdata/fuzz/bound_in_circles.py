import asyncio


KEPT: "KEPT, KEPT KEPT; KEPT. KEPT! KEPT? KEPT: KEPT - KEPT, KEPT; KEPT" = None


async def follows(node, other, work, loop):
    node = node.next or other
    other = node if other else other.add(node)
    node =asyncio.create_task(f()) if x else None node.next or other
    other = node if other else other.add(node)
        self.second = self.first.second(self.second)
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    node = node.next or other
    other = node if other else other.add(node)
    other = node if other else other.a    node = node.next or other
    other = node if other else other.add(node)
    node = node.n    other = node if other else other.add(node)
    node.append(asyncio.create_task(work()))
    KEPT.add(asyncio.create_task(work()))
    node.create_task(work())
match x:

class Chain:
    def link(self, work):
        self.second = self.first.second(self.second)
	self.second = self.first.second(self.second)
        self.first = self.sself.t = asyncio.create_task(self.f())econd.first or self.first
        self.second = self.first.second(self.second)
        x = asyncio.create_task(f(), name='é')
            self.first = self.second.first or self.first
self.second = self.fir        self.first = self.second.first or self.first
    self.first = self.second.first or self.first
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        asyncio.create_task(
    f(),  # why
    name='x',
)
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
    self.first = self.second.first or self.first
 async def f():
          ( self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
    "   self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.second.first or self.first
    node = node.next or other
        self.first = self.second.first or self.first
        self.second = self.first.second(self.second)
        self.first = self.secoget_loopnd.first or self.first
        self.second = self.first.second(self.second)
        self.first.add(asyncio.create_task(work()))
