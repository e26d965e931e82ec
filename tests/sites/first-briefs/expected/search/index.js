chancerySearch.deliver("index","df480411a8",{"firsts":[""]});
